import { Tag, Tooltip } from "antd";
import type { Fact, FactChange } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { useWords } from "../words";
import { FIGURES } from "../words/figures";
import { formatValue } from "./text";

interface FactsProps {
  facts: Fact[];
  /** Figures that are different now. */
  changes: FactChange[];
}

/** Facts as chips: name and value, source and reading time on demand; a changed one shows old → new. */
export function Facts({ facts, changes }: FactsProps) {
  const words = useWords();
  return (
    <ul className="facts">
      {facts.map((fact) => {
        const change = changes.find(({ name, source }) => name === fact.name && source === fact.source);
        return (
          <li key={`${fact.source} ${fact.name}`}>
            <Tooltip title={`${fact.source} · ${formatMoment(fact.read_at)}`} trigger={["hover", "focus"]}>
              <Tag className={change ? "fact changed" : "fact"} tabIndex={0}>
                <span className="soft">{words.nameOf(FIGURES, fact.name)}</span>{" "}
                {change ? (
                  <>
                    <del>{formatValue(change.was)}</del> → <ins>{formatValue(change.now)}</ins>
                  </>
                ) : (
                  formatValue(fact.value)
                )}
              </Tag>
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}
