import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useCallback, useState } from "react";
import { listColleagues } from "../../api/handover";
import { ApiError } from "../../api/http";
import { dropShift, listShifts, planShift, type Shift } from "../../api/roster";
import { listUsers } from "../../api/users";
import { dayOf, getShopZone } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { useLanguage } from "../../shared/language";
import { Failed, Loading } from "../Plain";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { TEAMS } from "../words/names";
import { ShiftCell } from "./ShiftCell";
import { addDays, DAYS, daysOf, hoursOf, moved, shiftsOf, startOfWeek } from "./week";

const NOT_AT_DESK = "warehouse";

async function load(start: Date) {
  const [shifts, people, colleagues] = await Promise.all([
    listShifts(start.toISOString(), addDays(start, DAYS).toISOString()),
    listUsers(),
    listColleagues(),
  ]);
  const there = new Set(colleagues.filter(({ online }) => online).map(({ name }) => name));
  return { shifts, people: people.filter(({ active, role }) => active && role !== NOT_AT_DESK), there };
}

/** Plans the last week's shifts once more; who has one at that time already keeps it. */
async function repeat(start: Date): Promise<void> {
  const begin = addDays(start, -DAYS);
  const before = await listShifts(begin.toISOString(), start.toISOString());
  for (const shift of before.filter(({ starts_at }) => Date.parse(starts_at) >= begin.getTime())) {
    const { starts, ends } = moved(shift, DAYS);
    try {
      await planShift(shift.agent, starts.toISOString(), ends.toISOString());
    } catch (error) {
      if (!(error instanceof ApiError) || ![404, 409].includes(error.status)) throw error;
    }
  }
}

/** Who works when: a week, a row for each person; what is planned feeds the times customers are told. */
export function Roster() {
  const words = useWords();
  const { language } = useLanguage();
  const [start, setStart] = useState(() => startOfWeek(new Date()));
  const { data, error, reload } = useLoaded(useCallback(() => load(start), [start]));
  const { act, busy } = useAct(reload);
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const nameDay = (day: Date) =>
    day.toLocaleDateString(locale, {
      weekday: "short",
      month: "numeric",
      day: "numeric",
      timeZone: getShopZone(),
    });
  const days = daysOf(start);
  const today = dayOf(new Date());
  const plan = (agent: string, starts: Date, ends: Date) =>
    act(() => planShift(agent, starts.toISOString(), ends.toISOString()));
  const drop = (shift: Shift) => void act(() => dropShift(shift.id));
  return (
    <main className="page">
      <div className="page-tools">
        <h2>{words.pages.roster}</h2>
        <Button
          icon={<LeftOutlined />}
          aria-label={words.roster.before}
          onClick={() => setStart(addDays(start, -DAYS))}
        />
        <strong>
          {nameDay(start)} – {nameDay(addDays(start, DAYS - 1))}
        </strong>
        <Button
          icon={<RightOutlined />}
          aria-label={words.roster.after}
          onClick={() => setStart(addDays(start, DAYS))}
        />
        <Button onClick={() => setStart(startOfWeek(new Date()))}>{words.roster.thisWeek}</Button>
        <span className="grow" />
        <Button disabled={busy} onClick={() => void act(() => repeat(start))}>
          {words.roster.repeat}
        </Button>
      </div>
      <p className="soft">{words.roster.hint}</p>
      {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
      {data && (
        <table className="table roster">
          <thead>
            <tr>
              <th>{words.roster.who}</th>
              {days.map((day) => (
                <th key={day.toISOString()} data-today={dayOf(day) === today}>
                  {nameDay(day)}
                </th>
              ))}
              <th>{words.roster.hours}</th>
            </tr>
          </thead>
          <tbody>
            {data.people.map(({ name, display_name, role }) => (
              <tr key={name} data-agent={name}>
                <th scope="row">
                  {display_name || name}
                  <div className="soft small">
                    {words.nameOf(TEAMS, role)}
                    {data.there.has(name) && ` · ● ${words.presence.online}`}
                  </div>
                </th>
                {days.map((day) => (
                  <td key={day.toISOString()} data-today={dayOf(day) === today}>
                    <ShiftCell
                      who={display_name || name}
                      day={day}
                      dayName={nameDay(day)}
                      shifts={shiftsOf(data.shifts, name, day)}
                      busy={busy}
                      onPlan={(starts, ends) => plan(name, starts, ends)}
                      onDrop={drop}
                    />
                  </td>
                ))}
                <td>{round(hoursOf(data.shifts.filter(({ agent }) => agent === name)))}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.roster.people}</th>
              {days.map((day) => {
                const works = ({ name }: { name: string }) => shiftsOf(data.shifts, name, day).length > 0;
                const count = data.people.filter(works).length;
                return (
                  <td key={day.toISOString()} className={count === 0 ? "warn" : ""}>
                    {count === 0 ? `⚠ ${words.roster.nobody}` : count}
                  </td>
                );
              })}
              <td>{round(hoursOf(data.shifts))}</td>
            </tr>
          </tfoot>
        </table>
      )}
    </main>
  );
}

const round = (hours: number): string => (hours === 0 ? "—" : String(Math.round(hours * 10) / 10));
