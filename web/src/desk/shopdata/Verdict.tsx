import { Alert, Button } from "antd";
import type { Fault, Sample } from "../../api/shopData";
import { useWords } from "../words";
import { faultsToCsv, keepFile } from "./files";
import type { Stage } from "./Import";

const SHOWN = 50;

/** What is wrong with the file, or what was done with it; and how its first rows are understood. */
export function Verdict({ stage }: { stage: Stage }) {
  const words = useWords();
  if (stage.name === "fine") {
    const { created, updated, unchanged, checked_only, sample } = stage.result;
    const title = checked_only ? words.data.good(unchanged) : words.data.done(created, updated, unchanged);
    return (
      <>
        <Alert type="success" showIcon title={title} />
        {checked_only && sample && <Preview sample={sample} />}
      </>
    );
  }
  if (stage.name !== "refused") return null;
  const { rows = [], faults = rows.length, sample } = stage.refusal;
  return (
    <>
      <Alert
        type="error"
        showIcon
        title={rows.length > 0 ? words.data.bad(faults) : stage.message || words.errors.other("")}
      />
      {rows.length > 0 && <Faults rows={rows} total={faults} />}
      {sample && <Preview sample={sample} />}
    </>
  );
}

function Faults({ rows, total }: { rows: Fault[]; total: number }) {
  const words = useWords();
  const head = [words.data.line, words.data.column, words.reason] as const;
  const save = () => keepFile(new Blob([faultsToCsv(rows, head)], { type: "text/csv" }), "faults.csv");
  return (
    <>
      <div className="page-tools">
        <Button onClick={save}>{words.data.saveFaults(rows.length)}</Button>
        {total > SHOWN && (
          <span className="soft small">{words.data.shown(Math.min(SHOWN, rows.length), total)}</span>
        )}
      </div>
      <table className="table">
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map(({ line, column, reason }, index) => (
            <tr key={index}>
              <td>{line}</td>
              <td>
                <code>{column}</code>
              </td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Preview({ sample }: { sample: Sample }) {
  const words = useWords();
  if (sample.rows.length === 0) return null;
  return (
    <>
      <h4>{words.data.preview(sample.rows.length)}</h4>
      <div className="wide" tabIndex={0} role="region" aria-label={words.data.preview(sample.rows.length)}>
        <table className="table">
          <thead>
            <tr>
              {sample.columns.map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sample.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
