import { Button } from "antd";
import { useEffect, useState } from "react";
import { acknowledgeAlarm, listAlarms } from "../../api/alarms";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { SEVERITIES } from "../words/names";
import { ring } from "./sound";

const RING_EVERY_MS = 10_000;
const SHOWN = 3;

/** Alarms above everything until acknowledged: with a sound, and their number in the browser's tab. */
export function Alarms({ onOpen }: { onOpen: (id: string) => void }) {
  const words = useWords();
  const { data, reload } = useLoaded(listAlarms);
  useLiveEvents(reload);
  const { act, busy } = useAct(reload);
  const [muted, setMuted] = useState(false);
  const alarms = data ?? [];
  const count = alarms.length;

  useEffect(() => {
    document.title = count > 0 ? `(${count}!) ${words.title}` : words.title;
    return () => {
      document.title = words.title;
    };
  }, [count, words]);
  useEffect(() => {
    if (count === 0 || muted) return;
    ring();
    const timer = window.setInterval(ring, RING_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [count, muted]);

  if (count === 0) return null;
  return (
    <section className="alarms" role="alert" aria-label={words.alarms}>
      {alarms.slice(0, SHOWN).map((alarm, index) => (
        <div key={alarm.id} className="alarm" data-severity={alarm.severity}>
          <strong>
            ▲ {words.alarmSince(words.nameOf(SEVERITIES, alarm.severity), formatMoment(alarm.raised_at))}
          </strong>
          <span>{words.alarmLevel(alarm.level)}</span>
          <span className="grow" />
          {index === 0 && (
            <Button size="small" ghost onClick={() => setMuted(!muted)}>
              {muted ? words.unmute : words.mute}
            </Button>
          )}
          <Button size="small" onClick={() => onOpen(alarm.conversation_id)}>
            {words.look}
          </Button>
          <Button
            size="small"
            disabled={busy}
            onClick={() => {
              onOpen(alarm.conversation_id);
              void act(() => acknowledgeAlarm(alarm.id));
            }}
          >
            {words.acknowledge}
          </Button>
        </div>
      ))}
      {count > SHOWN && <div className="alarm">+{count - SHOWN}</div>}
    </section>
  );
}
