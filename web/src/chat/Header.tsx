import markUrl from "../shared/mark.svg";
import { useLanguage } from "../shared/language";
import { useWords } from "./words";

interface HeaderProps {
  title: string;
  subtitle?: string | undefined;
  onLeave?: (() => void) | undefined;
}

/** The bar on top: whose shop, who is chatting, the language. */
export function Header({ title, subtitle, onLeave }: HeaderProps) {
  const words = useWords();
  const { switchLanguage } = useLanguage();
  return (
    <header className="header">
      <img src={markUrl} alt="" width="34" height="34" />
      <div className="header-names">
        <h1>{title}</h1>
        <p>{subtitle ?? words.tagline}</p>
      </div>
      {onLeave && (
        <button type="button" className="quiet" onClick={onLeave}>
          {words.leave}
        </button>
      )}
      <button type="button" className="quiet" onClick={switchLanguage}>
        {words.switchTo}
      </button>
    </header>
  );
}
