import { Input } from "antd";
import { useCallback, useState } from "react";
import { listAudit } from "../../api/users";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";

/** Who did or saw what, the newest first, by person or thing. */
export function Audit() {
  const words = useWords();
  const [who, setWho] = useState("");
  const [about, setAbout] = useState("");
  const { data, error, reload } = useLoaded(useCallback(() => listAudit({ who, about }), [who, about]));
  return (
    <main className="page">
      <h2>{words.pages.audit}</h2>
      <div className="page-tools">
        <Input.Search
          allowClear
          placeholder={words.audit.who}
          aria-label={words.audit.who}
          onSearch={setWho}
        />
        <Input.Search
          allowClear
          placeholder={words.audit.about}
          aria-label={words.audit.about}
          onSearch={setAbout}
        />
      </div>
      {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
      {data?.length === 0 && <Nothing text={words.noHit} />}
      {data !== null && data.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th>{words.audit.at}</th>
              <th>{words.audit.who}</th>
              <th>{words.audit.what}</th>
              <th>{words.audit.about}</th>
              <th>{words.audit.detail}</th>
              <th>{words.audit.origin}</th>
            </tr>
          </thead>
          <tbody>
            {data.map((entry) => (
              <tr key={entry.id}>
                <td>{formatMoment(entry.at)}</td>
                <td>{entry.who}</td>
                <td>
                  <code>{entry.what}</code>
                </td>
                <td>{entry.about}</td>
                <td>{Object.values(entry.detail).join(" ")}</td>
                <td className="soft">{entry.origin}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}
