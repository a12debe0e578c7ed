import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { changePassword, type Me } from "../../api/desk";
import { ApiError } from "../../api/http";
import markUrl from "../../shared/mark.svg";
import { useWords } from "../words";
import { useExplain } from "../useAct";

const SHORTEST_PASSWORD = 10;

interface Entered {
  current: string;
  fresh: string;
}

/** Before anything else: a password of one's own in place of the given one. */
export function NewPassword({ onChanged }: { onChanged: (me: Me) => void }) {
  const words = useWords();
  const explain = useExplain();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async ({ current, fresh }: Entered) => {
    setBusy(true);
    setProblem(null);
    try {
      onChanged(await changePassword(current, fresh));
    } catch (error) {
      const refused = error instanceof ApiError && error.code === "refused";
      setProblem(refused ? words.passwordShort : explain(error));
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <Form<Entered> className="sign-in-card" layout="vertical" requiredMark={false} onFinish={submit}>
        <img src={markUrl} alt="" width="48" height="48" />
        <h1>{words.newPasswordTitle}</h1>
        {problem !== null && <Alert type="error" showIcon title={problem} role="alert" />}
        <Form.Item
          name="current"
          label={words.currentPassword}
          rules={[{ required: true, message: words.passwordMissing }]}
        >
          <Input.Password autoComplete="current-password" autoFocus size="large" />
        </Form.Item>
        <Form.Item
          name="fresh"
          label={words.newPassword}
          rules={[{ required: true, min: SHORTEST_PASSWORD, message: words.passwordShort }]}
        >
          <Input.Password autoComplete="new-password" size="large" />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={busy}>
          {words.confirm}
        </Button>
      </Form>
    </main>
  );
}
