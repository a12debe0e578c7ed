import { Alert } from "antd";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { signOut, type Me, type View } from "../api/desk";
import { Alarms } from "./alarms/Alarms";
import { Help } from "./help/Help";
import { useKeys } from "./keys";
import { useLink } from "./live/events";
import { Loading } from "./Plain";
import { listPages } from "./pages";
import { useRoute } from "./route";
import { Search } from "./search/Search";
import { TopBar } from "./TopBar";
import { useWords } from "./words";
import { Workplace } from "./Workplace";

const Office = lazy(() => import("./Office"));

interface DeskProps {
  me: Me;
  onSignedOut: () => void;
}

/** The frame of all pages: bar, alarms, the lost connection, search and help. */
export function Desk({ me, onSignedOut }: DeskProps) {
  const words = useWords();
  const link = useLink();
  const { page, about, go } = useRoute();
  const [view, setView] = useState<View>("queue");
  const [over, setOver] = useState<"search" | "help" | null>(null);
  const pages = listPages(me);
  const answers = me.permissions.includes("read_conversations");
  const atDesk = page === "" || page === "c";
  const open = useCallback(
    (id: string | null) => {
      setOver(null);
      if (id === null) go();
      else go("c", id);
    },
    [go],
  );
  const show = (next: View) => {
    setView(next);
    if (!atDesk) go();
  };
  useKeys({
    "?": () => setOver("help"),
    "g q": () => show("queue"),
    "g m": () => show("mine"),
    "g b": () => show("bot"),
    "g a": () => show("all"),
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!answers || event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOver("search");
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [answers]);

  const leave = () => void signOut().catch(() => undefined).finally(onSignedOut);
  const other = pages.find((name) => name === page) ?? pages[0];
  const shown = (atDesk && answers) || other === undefined ? "" : other;
  return (
    <div className="workplace">
      <TopBar
        me={me}
        view={shown === "" ? view : null}
        page={shown}
        onView={show}
        onPage={go}
        onSearch={() => setOver("search")}
        onHelp={() => setOver("help")}
        onSignOut={leave}
      />
      {link === "lost" && <Alert banner type="warning" title={words.lost} data-testid="link-lost" />}
      {me.permissions.includes("supervise") && <Alarms onOpen={open} />}
      {shown === "" ? (
        <Workplace
          me={me}
          view={view}
          chosen={page === "c" ? about : null}
          onChoose={open}
          onSignedOut={onSignedOut}
        />
      ) : (
        <Suspense fallback={<Loading />}>
          <Office page={shown} about={about} me={me} onOpen={open} onPage={go} />
        </Suspense>
      )}
      {over === "search" && <Search onOpen={open} onClose={() => setOver(null)} />}
      {over === "help" && <Help onClose={() => setOver(null)} />}
    </div>
  );
}
