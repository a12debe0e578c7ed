import { Segmented } from "antd";
import { useMemo, useState } from "react";
import { listIntents, type Intent } from "../../api/autonomy";
import { useLoaded } from "../../shared/useLoaded";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";
import { byNeed, faultsOf } from "./evidence";
import { IntentRow } from "./IntentRow";

type Filter = "all" | "proposed" | "faults" | "auto";
const FILTERS: Filter[] = ["all", "proposed", "faults", "auto"];
const FITS: Record<Filter, (intent: Intent) => boolean> = {
  all: () => true,
  proposed: ({ proposal }) => proposal !== null,
  faults: (intent) => faultsOf(intent) > 0,
  auto: ({ effective }) => effective === "auto",
};

/** How far the bot may go, topic by topic: level, evidence, proposals; a supervisor decides. */
export function Autonomy() {
  const words = useWords();
  const { data, error, reload } = useLoaded(listIntents);
  const [filter, setFilter] = useState<Filter>("all");
  const shown = useMemo(() => (data ?? []).filter(FITS[filter]).sort(byNeed), [data, filter]);
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;
  return (
    <main className="page">
      <div className="page-tools">
        <h2>{words.pages.autonomy}</h2>
        <Segmented<Filter>
          value={filter}
          onChange={setFilter}
          options={FILTERS.map((name) => ({
            value: name,
            label: `${words.autonomy.filters[name]} ${data.filter(FITS[name]).length}`,
          }))}
        />
      </div>
      <p className="soft">{words.autonomy.hint}</p>
      {shown.length === 0 ? (
        <Nothing text={words.autonomy.nothing} />
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th>{words.autonomy.topic}</th>
              <th>{words.autonomy.level}</th>
              <th>{words.autonomy.reviewed}</th>
              <th title={words.autonomy.boundTitle}>{words.autonomy.bound}</th>
              <th>{words.autonomy.recalls}</th>
              <th>{words.autonomy.factEdits}</th>
              <th>{words.autonomy.complaints}</th>
              <th>{words.autonomy.change}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((intent) => (
              <IntentRow key={intent.intent} intent={intent} onDone={reload} />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}
