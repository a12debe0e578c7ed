import { App, ConfigProvider, theme } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useCallback, useEffect, useState } from "react";
import { readMe, type Me } from "../api/desk";
import { ApiError } from "../api/http";
import { useLanguage } from "../shared/language";
import { setShopZone } from "../shared/time";
import { useDark } from "../shared/useDark";
import { LiveProvider } from "./live/events";
import { Failed, Loading } from "./Plain";
import { NewPassword } from "./signin/NewPassword";
import { SignIn } from "./signin/SignIn";
import { useWords } from "./words";
import { Desk } from "./Desk";

/** The shop's colours; each stands out from its ground by 4.5 to 1 at least. */
const LIGHT = {
  colorPrimary: "#0f766e",
  colorInfo: "#0f766e",
  colorLink: "#0f766e",
  colorTextDescription: "#55625f",
  colorError: "#c62828",
};
const DARK = {
  colorPrimary: "#0f8a7e",
  colorInfo: "#0f8a7e",
  colorLink: "#5fd0c2",
  colorTextDescription: "#9aaeaa",
  colorError: "#ff7875",
};

type Session = "loading" | "failed" | "out" | Me;

/** The desk for whoever is signed in, in their language and light. */
export function DeskApp() {
  const { language } = useLanguage();
  const dark = useDark();
  const words = useWords();
  useEffect(() => {
    document.title = words.title;
    document.documentElement.dataset.scheme = dark ? "dark" : "light";
  }, [words, dark]);
  return (
    <ConfigProvider
      locale={language === "zh" ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: { ...(dark ? DARK : LIGHT), borderRadius: 8, fontFamily: "inherit" },
        components: { Button: { primaryShadow: "none", defaultShadow: "none" } },
      }}
    >
      <App className="app">
        <Gate />
      </App>
    </ConfigProvider>
  );
}

function Gate() {
  const [session, show] = useState<Session>("loading");
  const setSession = useCallback((next: Session) => {
    if (typeof next === "object") setShopZone(next.time_zone);
    show(next);
  }, []);
  const load = useCallback(() => {
    setSession("loading");
    readMe().then(setSession, (error: unknown) =>
      setSession(error instanceof ApiError && error.status === 401 ? "out" : "failed"),
    );
  }, [setSession]);
  useEffect(load, [load]);
  const leave = useCallback(() => setSession("out"), [setSession]);

  if (session === "loading") return <Loading />;
  if (session === "failed") return <Failed onAgain={load} />;
  if (session === "out") return <SignIn onSignedIn={setSession} />;
  if (session.must_change_password) return <NewPassword onChanged={setSession} />;
  return (
    <LiveProvider on={session.permissions.includes("read_conversations")}>
      <Desk me={session} onSignedOut={leave} />
    </LiveProvider>
  );
}
