import { Statistic } from "antd";
import { useMemo } from "react";
import type { Me, View } from "../../api/desk";
import { formatDuration, secondsSince } from "../../shared/time";
import { useNow } from "../../shared/useNow";
import { ConversationRow } from "../conversations/ConversationRow";
import { useConversations } from "../conversations/useConversations";
import { Failed, Loading } from "../Plain";
import { useWords } from "../words";
import { countFigures } from "./figures";
import { Satisfaction } from "./Satisfaction";
import { Today } from "./Today";

const VIEW: View = "all";
const MOST_URGENT = 12;
const ignore = () => undefined;
const badIf = (count: number): string => (count > 0 ? "bad" : "");

interface WallProps {
  me: Me;
  onOpen: (id: string) => void;
}

/** The desk at a glance, live: who waits, what is late, who carries how much. */
export function Wall({ me, onOpen }: WallProps) {
  const words = useWords();
  const now = useNow();
  const { data, error, reload } = useConversations(VIEW, ignore);
  const open = useMemo(() => (data ?? []).filter(({ owner }) => owner !== "closed"), [data]);
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;
  const figures = countFigures(open, now);
  const urgent = open.filter(({ clocks }) => clocks.length > 0).slice(0, MOST_URGENT);
  const longest = figures.longestSince;
  const total = figures.withBot + figures.withPeople + figures.waiting;
  const share = total === 0 ? 0 : Math.round((100 * figures.withBot) / total);
  return (
    <main className="page">
      <h2>{words.pages.wall}</h2>
      <div className="figures">
        <Statistic title={words.wall.waiting} value={figures.waiting} />
        <Statistic
          title={words.wall.longest}
          value={longest === null ? "—" : formatDuration(secondsSince(longest, now))}
        />
        <Statistic title={words.wall.late} value={figures.late} className={badIf(figures.late)} />
        <Statistic title={words.wall.grave} value={figures.grave} className={badIf(figures.grave)} />
        <Statistic title={words.wall.people} value={figures.withPeople} />
        <Statistic title={words.wall.bot} value={figures.withBot} suffix={`· ${share}%`} />
      </div>
      <div className="halves">
        <Today />
        <section>
          <h3>{words.wall.urgent}</h3>
          {urgent.length === 0 && <p className="soft">{words.nothing.queue}</p>}
          {urgent.map((conversation) => (
            <ConversationRow
              key={conversation.id}
              conversation={conversation}
              me={me}
              unread={false}
              chosen={false}
              onChoose={onOpen}
            />
          ))}
        </section>
      </div>
      <Satisfaction onOpen={onOpen} />
    </main>
  );
}
