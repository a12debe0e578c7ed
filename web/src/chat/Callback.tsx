import { Button } from "@chatui/core";
import { useState, type SyntheticEvent } from "react";
import { bookCall, type CallOffer } from "../api/aftercare";
import { ApiError } from "../api/http";
import { useLanguage, type Language } from "../shared/language";
import { sayRefusal } from "../shared/refusals";
import { formatMoment, fromField, toField } from "../shared/time";
import { useWords, type Words } from "./words";

/** As the desk takes them: a mobile, a landline with area code, a 400 number. */
const PHONE = /^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4})$/;

interface CallbackProps {
  offer: CallOffer;
  onBooked: () => void;
}

/** While nobody is at the desk: when somebody is again, and a call for those who would rather not wait. */
export function Callback({ offer, onBooked }: CallbackProps) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const { back_at, booked, offered, earliest } = offer;
  if (back_at === null && booked === null) return null;
  return (
    <section className="callback" aria-label={words.callTitle} data-testid="callback">
      {back_at !== null && (
        <p>
          <strong>{words.backAt(formatMoment(back_at))}</strong>{" "}
          {booked === null && <span className="soft">{words.keptInQueue}</span>}
        </p>
      )}
      {booked !== null && (
        <p data-testid="call-booked">{words.callBooked(formatMoment(booked.call_at), booked.phone ?? "")}</p>
      )}
      {offered && !open && (
        <button type="button" className="quiet" onClick={() => setOpen(true)}>
          {booked === null ? words.askCall : words.callChange}
        </button>
      )}
      {offered && open && (
        <CallForm
          earliest={earliest}
          about={booked?.about ?? ""}
          onDone={(done) => {
            setOpen(false);
            if (done) onBooked();
          }}
        />
      )}
    </section>
  );
}

interface CallFormProps {
  earliest: string | null;
  about: string;
  onDone: (booked: boolean) => void;
}

function CallForm({ earliest, about: known, onDone }: CallFormProps) {
  const words = useWords();
  const { language } = useLanguage();
  const [phone, setPhone] = useState("");
  const [about, setAbout] = useState(known);
  const [at, setAt] = useState("");
  const [state, setState] = useState<{ sending: boolean; wrong: string | null; field?: string }>({
    sending: false,
    wrong: null,
  });
  const book = async (event: SyntheticEvent) => {
    event.preventDefault();
    const wrong = findWrong(phone, about, words);
    setState({ sending: wrong === null, wrong: null, ...wrong });
    if (wrong !== null) return;
    try {
      await bookCall(phone.trim(), about.trim(), fromField(at)?.toISOString() ?? null);
      onDone(true);
    } catch (error) {
      setState({ sending: false, ...explain(error, words, language) });
    }
  };
  const invalid = (field: string) => state.field === field || undefined;
  return (
    <form className="side-form" onSubmit={(event) => void book(event)} noValidate>
      {earliest !== null && <p className="soft">{words.callHint(formatMoment(earliest))}</p>}
      <label>
        {words.callPhone}
        <input
          type="tel"
          autoComplete="tel"
          inputMode="tel"
          autoFocus
          value={phone}
          aria-invalid={invalid("phone")}
          onChange={(event) => setPhone(event.target.value)}
        />
      </label>
      <label>
        {words.callAbout}
        <input
          value={about}
          maxLength={500}
          aria-invalid={invalid("about")}
          onChange={(event) => setAbout(event.target.value)}
        />
      </label>
      <label>
        {words.callAt}
        <input
          type="datetime-local"
          min={toField(new Date())}
          value={at}
          onChange={(event) => setAt(event.target.value)} />
      </label>
      {state.wrong !== null && (
        <p className="bad" role="alert">
          {state.wrong}
        </p>
      )}
      <div className="form-actions">
        <Button color="primary" type="submit" disabled={state.sending}>
          {words.callBook}
        </Button>
        <Button onClick={() => onDone(false)}>{words.cancel}</Button>
      </div>
    </form>
  );
}

interface Wrong {
  wrong: string;
  field?: string;
}

function findWrong(phone: string, about: string, words: Words): Wrong | null {
  if (!PHONE.test(phone.trim())) return { wrong: words.callPhoneWrong, field: "phone" };
  return about.trim() ? null : { wrong: words.callAboutWrong, field: "about" };
}

function explain(error: unknown, words: Words, language: Language): Wrong {
  if (!(error instanceof ApiError) || error.status >= 500) return { wrong: words.callFailed };
  return { wrong: sayRefusal(error, language) ?? words.callRefused, field: "at" };
}
