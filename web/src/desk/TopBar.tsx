import { Button, Segmented, Tag } from "antd";
import { useState } from "react";
import { setPresence, type Me, type Presence, type View } from "../api/desk";
import { useLanguage } from "../shared/language";
import markUrl from "../shared/mark.svg";
import { useAct } from "./useAct";
import { useWords } from "./words";
import { TEAMS } from "./words/names";

const VIEWS: View[] = ["mine", "queue", "bot", "all"];
const PRESENCES: Presence[] = ["online", "away"];
const ignore = () => undefined;

interface TopBarProps {
  me: Me;
  view: View;
  onView: (view: View) => void;
  onSignOut: () => void;
}

export function TopBar({ me, view, onView, onSignOut }: TopBarProps) {
  const words = useWords();
  const { switchLanguage } = useLanguage();
  return (
    <header className="top-bar">
      <img src={markUrl} alt="" width="28" height="28" />
      <h1 className="top-title">{words.title}</h1>
      <Segmented<View>
        value={view}
        onChange={onView}
        options={VIEWS.map((name) => ({ value: name, label: words.views[name] }))}
        aria-label={words.conversations}
      />
      <span className="grow" />
      <PresenceSwitch />
      <span className="who">
        {me.display_name} <Tag>{words.nameOf(TEAMS, me.role)}</Tag>
      </span>
      <Button size="small" onClick={switchLanguage}>
        {words.switchTo}
      </Button>
      <Button size="small" onClick={onSignOut}>
        {words.signOut}
      </Button>
    </header>
  );
}

/** Whether the agent is there; an open page counts as online until they say away (G2). */
function PresenceSwitch() {
  const words = useWords();
  const [presence, show] = useState<Presence>("online");
  const { act } = useAct(ignore);
  const change = async (status: Presence) => {
    if (await act(() => setPresence(status))) show(status);
  };
  return (
    <Segmented<Presence>
      size="small"
      value={presence}
      onChange={(status) => void change(status)}
      options={PRESENCES.map((name) => ({ value: name, label: words.presence[name] }))}
    />
  );
}
