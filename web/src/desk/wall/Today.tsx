import { Statistic } from "antd";
import { useEffect } from "react";
import { readWall } from "../../api/supervisor";
import { useLoaded } from "../../shared/useLoaded";
import { Failed, Loading } from "../Plain";
import { useWords } from "../words";
import { SEVERITIES, TEAMS } from "../words/names";

const LOOK_EVERY_MS = 5_000;
const percent = (share: number | null): string => (share === null ? "—" : `${Math.round(100 * share)}%`);

/** Today's figures as the desk counts them, and who is there with how much. */
export function Today() {
  const words = useWords();
  const { data, error, reload } = useLoaded(readWall);
  useEffect(() => {
    const timer = window.setInterval(reload, LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [reload]);
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;
  const complaints = Object.entries(data.complaints_today)
    .map(([severity, count]) => `${words.nameOf(SEVERITIES, severity)} ${count}`)
    .join(" · ");
  const count = Object.values(data.complaints_today).reduce((sum, one) => sum + one, 0);
  return (
    <section>
      <h3>{words.wall.today}</h3>
      <div className="figures">
        <Statistic title={words.wall.breaches} value={data.breaches_today} />
        <Statistic title={words.wall.fast} value={percent(data.under_6s_share)} />
        <Statistic title={words.wall.share} value={percent(data.bot_share)} />
        <Statistic title={words.wall.turns} value={data.turns_today} />
        <Statistic title={words.wall.complaints} value={count} suffix={complaints} />
        <Statistic title={words.wall.satisfaction} value={data.satisfaction ?? "—"} precision={1} />
      </div>
      <h3>{words.wall.agents}</h3>
      <table className="table">
        <tbody>
          {data.agents.map((agent) => (
            <tr key={agent.name}>
              <th scope="row">{agent.display_name || agent.name}</th>
              <td>{agent.teams.map((team) => words.nameOf(TEAMS, team)).join(words.comma)}</td>
              <td>{agent.online ? `● ${words.presence.online}` : `○ ${words.presence.away}`}</td>
              <td>
                {agent.load} / {agent.capacity}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
