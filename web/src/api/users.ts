/** Accounts of the people at the desk, and what they did and saw. */

import { get, post } from "./http";

export interface Account {
  name: string;
  display_name: string;
  role: string;
  active: boolean;
  must_change_password: boolean;
  second_proof: boolean;
  skills: string[];
  capacity: number | null;
}

/** An account with its fresh password, told this once. */
export interface FreshAccount extends Account {
  password: string;
}

export interface AuditEntry {
  id: number;
  at: string;
  who: string;
  role: string;
  what: string;
  about: string;
  detail: Record<string, string>;
  origin: string;
}

const USERS = "/api/v1/desk/users";

export const listUsers = (): Promise<Account[]> => get(USERS);
export const addUser = (name: string, role: string, displayName: string): Promise<FreshAccount> =>
  post(USERS, { name, role, display_name: displayName });
export const changeUser = (name: string, change: { role?: string; active?: boolean }): Promise<Account> =>
  post(`${USERS}/${encodeURIComponent(name)}`, change);
export const resetUser = (name: string): Promise<FreshAccount> =>
  post(`${USERS}/${encodeURIComponent(name)}/reset`);

export const listAudit = (where: { who: string; about: string; before?: number }): Promise<AuditEntry[]> => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(where)) if (value !== "") query.set(name, String(value));
  return get(`/api/v1/desk/audit?${query}`);
};
