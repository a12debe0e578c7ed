import type { Packet } from "../../api/handover";
import { formatMoment } from "../../shared/time";
import { Facts } from "../drafts/Facts";
import { formatValue } from "../drafts/text";
import { useWords } from "../words";
import { INTENTS } from "../words/names";
import { FIGURES } from "../words/figures";

const LAST = 5;

/** What the next person must know and need not ask again. */
export function PacketSlip({ packet }: { packet: Packet }) {
  const words = useWords();
  const { summary, facts, promised } = packet;
  // What only the dialogue keeps for itself has no name here.
  const known = packet.known.filter(({ name }) => name in FIGURES);
  return (
    <>
      {promised.length > 0 && (
        <>
          <h4>{words.packetPromised}</h4>
          <ul className="plain-list">
            {promised.map((one) => (
              <li key={`${one.words} ${one.due_at}`}>
                {one.words}
                {one.due_at !== null && <span className="soft"> · {formatMoment(one.due_at)}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {summary.length > 0 && (
        <>
          <h4>{words.packetAsked}</h4>
          <ul className="plain-list">
            {summary.slice(-LAST).map((one, index) => (
              <li key={index}>
                {one.text} {one.intent && <span className="soft">{words.nameOf(INTENTS, one.intent)}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {known.length > 0 && (
        <>
          <h4>{words.packetKnown}</h4>
          <p className="known">
            {known
              .map((one) => `${words.nameOf(FIGURES, one.name)} ${formatValue(one.value)}`)
              .join(words.comma)}
          </p>
        </>
      )}
      {facts.length > 0 && (
        <>
          <h4>{words.packetTold}</h4>
          <Facts facts={facts} changes={[]} />
        </>
      )}
    </>
  );
}
