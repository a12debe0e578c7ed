import { Segmented } from "antd";
import { useCallback, useState } from "react";
import { readSatisfaction } from "../../api/supervisor";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { Failed, Loading } from "../Plain";
import { useWords } from "../words";

const SPANS = [7, 30] as const;
const HIGHEST = 5;

/** How satisfied customers were: day by day, by who answered, and whom somebody should look after. */
export function Satisfaction({ onOpen }: { onOpen: (id: string) => void }) {
  const words = useWords();
  const [days, setDays] = useState<number>(SPANS[0]);
  const { data, error, reload } = useLoaded(useCallback(() => readSatisfaction(days), [days]));
  return (
    <section className="satisfaction">
      <div className="page-tools">
        <h3>{words.wall.satisfaction}</h3>
        <Segmented<number>
          size="small"
          value={days}
          onChange={setDays}
          options={SPANS.map((span) => ({ value: span, label: words.wall.days(span) }))}
        />
      </div>
      {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
      {data?.by_day.length === 0 && <p className="soft">{words.wall.unrated}</p>}
      {data && data.by_day.length > 0 && (
        <div className="halves">
          <table className="table">
            <tbody>
              {data.by_day.map(({ day, count, mean }) => (
                <Mean key={day} name={day.slice(5)} count={count} mean={mean} />
              ))}
            </tbody>
          </table>
          <table className="table">
            <tbody>
              {data.by_agent.map(({ agent, display_name, count, mean }) => (
                <Mean
                  key={agent ?? ""}
                  name={agent === null ? words.owners.bot : display_name || agent}
                  count={count}
                  mean={mean}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data && data.unhappy.length > 0 && (
        <>
          <h4>{words.wall.unhappy}</h4>
          <ul className="plain-list">
            {data.unhappy.map((one) => (
              <li key={one.conversation_id}>
                <button type="button" className="link first" onClick={() => onOpen(one.conversation_id)}>
                  {formatMoment(one.at)}
                </button>{" "}
                <strong>{words.wall.score(one.score)}</strong> {one.words}{" "}
                <span className="soft">{one.agent ?? words.owners.bot}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Mean({ name, count, mean }: { name: string; count: number; mean: number }) {
  const words = useWords();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <meter min={1} max={HIGHEST} low={3} high={4} optimum={HIGHEST} value={mean} aria-label={name} />
      </td>
      <td>
        <strong>{mean.toFixed(1)}</strong>
      </td>
      <td className="soft">{words.wall.ratings(count)}</td>
    </tr>
  );
}
