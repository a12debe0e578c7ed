import { App, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { bookCallback } from "../../api/complaints";
import type { BuyerPanel } from "../../api/customers";
import type { ConversationDetail } from "../../api/desk";
import { formatMoment, fromField, toField } from "../../shared/time";
import { useAct } from "../useAct";
import { useWords } from "../words";

/** A mobile number, a landline with its area code, or a 400 number: what the shop's own check takes. */
const PHONE = /^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4})$/;
const LONGEST = 500;

interface NewCallProps {
  conversation: ConversationDetail;
  panel: BuyerPanel | undefined;
  onClose: () => void;
  onDone: () => void;
}

/** Books a call: on which number, about what, when; the desk says at which honest time. */
export function NewCall({ conversation, panel, onClose, onDone }: NewCallProps) {
  const words = useWords();
  const { message } = App.useApp();
  const { act, busy } = useAct(onDone);
  const known = panel?.phone ?? null;
  const [other, setOther] = useState(known === null);
  const [phone, setPhone] = useState("");
  const [about, setAbout] = useState("");
  const [later, setLater] = useState(false);
  const [at, setAt] = useState("");
  const moment = fromField(at);
  const complete = about.trim() !== "" && (!other || PHONE.test(phone)) && (!later || moment !== null);
  const save = () =>
    act(async () => {
      const made = await bookCallback(conversation.id, {
        about: about.trim(),
        ...(other ? { phone } : {}),
        ...(later && moment ? { at: moment.toISOString() } : {}),
      });
      void message.success(words.care.booked(formatMoment(made.call_at), made.phone));
    });
  return (
    <Modal
      open
      title={words.complaints.book}
      okText={words.complaints.book}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !complete, loading: busy }}
      onCancel={onClose}
      onOk={() => void save().then((done) => done && onClose())}
    >
      <div className="care-form">
        <label className="field">
          <span className="soft">{words.complaints.aboutWhat}</span>
          <Input
            autoFocus
            maxLength={LONGEST}
            value={about}
            onChange={(event) => setAbout(event.target.value)}
          />
        </label>
        <div className="field">
          <span className="soft">{words.phone}</span>
          {known !== null && (
            <Radio.Group
              value={other}
              aria-label={words.phone}
              onChange={(event) => setOther(event.target.value as boolean)}
              options={[
                { value: false, label: words.care.onFile(known) },
                { value: true, label: words.care.otherPhone },
              ]}
            />
          )}
          {other && (
            <Input
              inputMode="tel"
              maxLength={13}
              value={phone}
              aria-label={words.care.otherPhone}
              placeholder={words.care.phoneHint}
              status={phone !== "" && !PHONE.test(phone) ? "warning" : ""}
              onChange={(event) => setPhone(event.target.value.trim())}
            />
          )}
        </div>
        <div className="field">
          <span className="soft">{words.care.when}</span>
          <Radio.Group
            value={later}
            aria-label={words.care.when}
            onChange={(event) => setLater(event.target.value as boolean)}
            options={[
              { value: false, label: words.care.soon },
              { value: true, label: words.care.atTime },
            ]}
          />
          {later && (
            <Input
              type="datetime-local"
              min={toField(new Date())}
              value={at}
              aria-label={words.care.atTime}
              onChange={(event) => setAt(event.target.value)}
            />
          )}
          <div className="soft small">{words.care.honest}</div>
        </div>
      </div>
    </Modal>
  );
}
