/** Which language the page speaks: Chinese unless the reader switched. */

import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";

export type Language = "zh" | "en";

const STORED = "xiaoer.language";

interface Choice {
  language: Language;
  switchLanguage: () => void;
}

const Context = createContext<Choice>({ language: "zh", switchLanguage: () => undefined });

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(STORED) === "en" ? "en" : "zh",
  );
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    localStorage.setItem(STORED, language);
  }, [language]);
  const switchLanguage = useCallback(() => setLanguage((old) => (old === "zh" ? "en" : "zh")), []);
  const choice = useMemo(() => ({ language, switchLanguage }), [language, switchLanguage]);
  return <Context value={choice}>{children}</Context>;
}

export const useLanguage = (): Choice => use(Context);
