import { Alert, Button, Form, Input, Select, Tag } from "antd";
import { useState } from "react";
import { addUser, changeUser, listUsers, resetUser, type FreshAccount } from "../../api/users";
import { useLoaded } from "../../shared/useLoaded";
import { Failed, Loading } from "../Plain";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { TEAMS } from "../words/names";

const ROLES = ["presales", "aftersales", "warehouse", "supervisor", "admin"];

interface Entered {
  name: string;
  display_name?: string;
  role: string;
}

/** Accounts: add, change the role, turn off and on, give a fresh password. */
export function Users() {
  const words = useWords();
  const { data, error, reload } = useLoaded(listUsers);
  const { act, busy } = useAct(reload);
  const [fresh, setFresh] = useState<FreshAccount | null>(null);
  const [form] = Form.useForm<Entered>();
  const roles = ROLES.map((role) => ({ value: role, label: words.nameOf(TEAMS, role) }));
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;

  const add = ({ name, display_name = "", role }: Entered) =>
    void act(async () => {
      setFresh(await addUser(name.trim(), role, display_name.trim()));
      form.resetFields();
    });
  return (
    <main className="page">
      <h2>{words.pages.users}</h2>
      <Form<Entered> form={form} layout="inline" className="page-tools" onFinish={add}>
        <Form.Item name="name" rules={[{ required: true, message: words.nameMissing }]}>
          <Input placeholder={words.name} aria-label={words.name} maxLength={60} />
        </Form.Item>
        <Form.Item name="display_name">
          <Input placeholder={words.users.shown} aria-label={words.users.shown} maxLength={80} />
        </Form.Item>
        <Form.Item name="role" initialValue="presales">
          <Select options={roles} aria-label={words.users.role} style={{ width: 120 }} />
        </Form.Item>
        <Button type="primary" htmlType="submit" disabled={busy}>
          {words.users.add}
        </Button>
      </Form>
      {fresh && (
        <Alert
          type="success"
          showIcon
          closable
          title={words.users.fresh(fresh.name)}
          description={<code>{fresh.password}</code>}
        />
      )}
      <table className="table">
        <thead>
          <tr>
            <th>{words.name}</th>
            <th>{words.users.shown}</th>
            <th>{words.users.role}</th>
            <th>{words.users.state}</th>
            <th aria-label={words.more} />
          </tr>
        </thead>
        <tbody>
          {data.map((user) => (
            <tr key={user.name}>
              <th scope="row">{user.name}</th>
              <td>{user.display_name}</td>
              <td>
                <Select
                  size="small"
                  value={user.role}
                  options={roles}
                  aria-label={`${words.users.role} ${user.name}`}
                  style={{ width: 110 }}
                  onChange={(role) => void act(() => changeUser(user.name, { role }))}
                />
              </td>
              <td>
                {user.active ? words.users.active : <Tag color="red">{words.users.off}</Tag>}
                {user.must_change_password && <Tag>{words.users.mustChange}</Tag>}
                {user.second_proof && <Tag color="green">{words.users.secondProof}</Tag>}
              </td>
              <td className="row-tools">
                <Button
                  size="small"
                  disabled={busy}
                  onClick={() => void act(async () => setFresh(await resetUser(user.name)))}
                >
                  {words.users.reset}
                </Button>
                <Button
                  size="small"
                  disabled={busy}
                  onClick={() => void act(() => changeUser(user.name, { active: !user.active }))}
                >
                  {user.active ? words.users.turnOff : words.users.turnOn}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
}
