import { Alert, App, Input, Modal, Radio, Select } from "antd";
import { useState } from "react";
import { openTicket, readTerms, type TicketSeverity } from "../../api/complaints";
import type { BuyerPanel } from "../../api/customers";
import type { ConversationDetail, DeskMessage, Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { SEVERITIES } from "../words/names";
import { lastWords } from "./said";

const CLASSES: TicketSeverity[] = ["general", "major", "crisis"];
const MOST_WORDS = 5000;
const MOST_MEASURE = 500;

interface NewTicketProps {
  conversation: ConversationDetail;
  messages: readonly DeskMessage[];
  panel: BuyerPanel | undefined;
  me: Me;
  onClose: () => void;
  onDone: () => void;
}

/** A complaint in the customer's words: how grave, about which order, what is done, until when. */
export function NewTicket({ conversation, messages, panel, me, onClose, onDone }: NewTicketProps) {
  const words = useWords();
  const { message } = App.useApp();
  const { act, busy } = useAct(onDone);
  const { data: terms } = useLoaded(readTerms);
  const orders = panel?.orders ?? [];
  const here = panel?.tickets.filter(({ conversation_id }) => conversation_id === conversation.id);
  const open = here?.find(({ state }) => state !== "closed");
  const joined = CLASSES.find((name) => name === open?.severity);
  const [severity, setSeverity] = useState<TicketSeverity>(joined ?? "general");
  const [said, setSaid] = useState(() => lastWords(messages).slice(-MOST_WORDS));
  const spokenOf = orders.find(({ no }) => no === conversation.order_no);
  const [order, setOrder] = useState(spokenOf?.no ?? null);
  const [measure, setMeasure] = useState("");
  const grave = terms?.supervised.includes(severity) ?? false;
  const mayWork = !grave || me.permissions.includes("supervise");
  const save = () =>
    act(async () => {
      const made = await openTicket(conversation.id, {
        severity,
        words: said.trim(),
        ...(order === null ? {} : { order_no: order }),
        ...(mayWork && measure.trim() !== "" ? { measure: measure.trim() } : {}),
      });
      void message.success(words.care.noted(made.id, formatMoment(made.due_at)));
    });
  return (
    <Modal
      open
      title={words.care.ticketTitle}
      okText={words.care.note}
      cancelText={words.cancel}
      okButtonProps={{ disabled: said.trim() === "", loading: busy }}
      onCancel={onClose}
      onOk={() => void save().then((done) => done && onClose())}
    >
      <div className="care-form">
        {open && <Alert type="info" showIcon title={words.care.joins(open.id)} />}
        <div className="field">
          <span className="soft">{words.severity}</span>
          <Radio.Group
            value={severity}
            aria-label={words.severity}
            onChange={(event) => setSeverity(event.target.value as TicketSeverity)}
            options={CLASSES.map((name) => ({ value: name, label: words.nameOf(SEVERITIES, name) }))}
          />
          {terms && (
            <div className="soft small">{words.complaints.due(formatMoment(terms.due_at[severity]))}</div>
          )}
        </div>
        <label className="field">
          <span className="soft">{words.care.said}</span>
          <Input.TextArea
            autoFocus
            autoSize={{ minRows: 3, maxRows: 8 }}
            maxLength={MOST_WORDS}
            value={said}
            onChange={(event) => setSaid(event.target.value)}
          />
        </label>
        <label className="field">
          <span className="soft">{words.order}</span>
          <Select
            style={{ width: "100%" }}
            value={order ?? ""}
            aria-label={words.order}
            onChange={(no) => setOrder(no === "" ? null : no)}
            options={[
              { value: "", label: words.care.noOrder },
              ...orders.map(({ no, total }) => ({ value: no, label: `${no} · ¥${total}` })),
            ]}
          />
        </label>
        {mayWork ? (
          <label className="field">
            <span className="soft">{words.care.measure}</span>
            <Input.TextArea
              autoSize={{ minRows: 2, maxRows: 5 }}
              maxLength={MOST_MEASURE}
              placeholder={words.complaints.measureHint}
              value={measure}
              onChange={(event) => setMeasure(event.target.value)}
            />
          </label>
        ) : (
          <Alert type="warning" showIcon title={words.care.calls} />
        )}
      </div>
    </Modal>
  );
}
