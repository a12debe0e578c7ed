import { QuestionCircleOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Dropdown, Segmented, Tag } from "antd";
import { useState } from "react";
import { setPresence, type Me, type Presence, type View } from "../api/desk";
import { useLanguage } from "../shared/language";
import markUrl from "../shared/mark.svg";
import { isRare, listPages } from "./pages";
import { useAct } from "./useAct";
import { useWords } from "./words";
import { TEAMS } from "./words/names";

const VIEWS: View[] = ["mine", "queue", "bot", "all"];
const PRESENCES: Presence[] = ["online", "away"];
const ignore = () => undefined;

interface TopBarProps {
  me: Me;
  /** null: another page is open. */
  view: View | null;
  page: string;
  onView: (view: View) => void;
  onPage: (page: string) => void;
  onSearch: () => void;
  onHelp: () => void;
  onSignOut: () => void;
}

export function TopBar({ me, view, page, onView, onPage, onSearch, onHelp, onSignOut }: TopBarProps) {
  const words = useWords();
  const { switchLanguage } = useLanguage();
  const pages = listPages(me);
  const rare = pages.filter(isRare);
  const answers = me.permissions.includes("read_conversations");
  return (
    <header className="top-bar">
      <img src={markUrl} alt="" width="28" height="28" />
      <h1 className="top-title">{words.title}</h1>
      {answers && (
        <Segmented<View | "">
          key={view === null ? "none" : "one"}
          value={view ?? ""}
          onChange={(next) => next !== "" && onView(next)}
          options={VIEWS.map((name) => ({ value: name, label: words.views[name] }))}
          aria-label={words.conversations}
        />
      )}
      {pages.length > 0 && (
        <nav className="pages" aria-label={words.pagesTitle}>
          {pages
            .filter((name) => !isRare(name))
            .map((name) => (
              <button key={name} type="button" aria-current={name === page} onClick={() => onPage(name)}>
                {words.pages[name]}
              </button>
            ))}
          {rare.length > 0 && (
            <Dropdown
              trigger={["click"]}
              menu={{
                items: rare.map((name) => ({ key: name, label: words.pages[name] })),
                selectedKeys: [page],
                onClick: ({ key }) => onPage(key),
              }}
            >
              <button type="button" aria-haspopup="menu" aria-current={rare.some((name) => name === page)}>
                {words.manage} ▾
              </button>
            </Dropdown>
          )}
        </nav>
      )}
      <span className="grow" />
      {answers && (
        <>
          <Button size="small" icon={<SearchOutlined />} onClick={onSearch}>
            {words.search} <kbd>⌘K</kbd>
          </Button>
          <PresenceSwitch />
        </>
      )}
      <span className="who">
        {me.display_name} <Tag>{words.nameOf(TEAMS, me.role)}</Tag>
      </span>
      <Button
        size="small"
        type="text"
        icon={<QuestionCircleOutlined />}
        onClick={onHelp}
        aria-label={words.help}
      />
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
