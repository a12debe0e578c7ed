import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { signIn, type Me } from "../../api/desk";
import { ApiError } from "../../api/http";
import { useLanguage } from "../../shared/language";
import markUrl from "../../shared/mark.svg";
import { useWords } from "../words";
import { useExplain } from "../useAct";

interface Entered {
  name: string;
  password: string;
  code?: string;
}

export function SignIn({ onSignedIn }: { onSignedIn: (me: Me) => void }) {
  const words = useWords();
  const explain = useExplain();
  const { switchLanguage } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const [asksForCode, setAsksForCode] = useState(false);

  const submit = async ({ name, password, code }: Entered) => {
    setBusy(true);
    setProblem(null);
    try {
      onSignedIn(await signIn(name.trim(), password, code?.trim()));
    } catch (error) {
      setProblem(explain(error));
      setAsksForCode((asked) => asked || (error instanceof ApiError && error.code === "code_needed"));
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <Form<Entered> className="sign-in-card" layout="vertical" requiredMark={false} onFinish={submit}>
        <img src={markUrl} alt="" width="48" height="48" />
        <h1>{words.title}</h1>
        {problem !== null && <Alert type="error" showIcon title={problem} role="alert" />}
        <Form.Item name="name" label={words.name} rules={[{ required: true, message: words.nameMissing }]}>
          <Input autoComplete="username" autoFocus size="large" />
        </Form.Item>
        <Form.Item
          name="password"
          label={words.password}
          rules={[{ required: true, message: words.passwordMissing }]}
        >
          <Input.Password autoComplete="current-password" size="large" />
        </Form.Item>
        {asksForCode && (
          <Form.Item name="code" label={words.code}>
            <Input autoComplete="one-time-code" inputMode="numeric" autoFocus size="large" />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={busy}>
          {words.signIn}
        </Button>
        <Button type="link" size="small" onClick={switchLanguage}>
          {words.switchTo}
        </Button>
      </Form>
    </main>
  );
}
