/** Sends the customer's messages one after the other, in order, each at most once in effect. */

import { ApiError } from "../api/http";
import type { Outgoing, SendState } from "./thread";

export interface OutboxOptions {
  send: (message: Outgoing) => Promise<unknown>;
  onState: (messageId: string, state: SendState) => void;
}

/**
 * A message keeps its id through every try, so the desk takes it once however often it is sent. What the
 * network failed waits, with all behind it, for `retry`; what the desk refused is put aside.
 */
export class Outbox {
  private waiting: Outgoing[] = [];
  private running = false;

  constructor(private readonly options: OutboxOptions) {}

  /** Put a message at the end; sending starts at once. */
  add(message: Outgoing): void {
    this.waiting.push(message);
    void this.retry();
  }

  /** Forget a message that came back from the desk by another way. */
  settle(messageIds: ReadonlySet<string>): void {
    this.waiting = this.waiting.filter((message) => !messageIds.has(message.message_id));
  }

  /** Try all that waits; does nothing while a try is under way. */
  async retry(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      for (let message = this.waiting[0]; message; message = this.waiting[0]) {
        if (!(await this.try(message))) return;
        this.settle(new Set([message.message_id]));
      }
    } finally {
      this.running = false;
    }
  }

  /** Whether the message is done with, for good or ill. */
  private async try(message: Outgoing): Promise<boolean> {
    this.options.onState(message.message_id, "sending");
    try {
      await this.options.send(message);
      this.options.onState(message.message_id, "accepted");
      return true;
    } catch (error) {
      const refused = error instanceof ApiError && error.status < 500 && error.status !== 429;
      this.options.onState(message.message_id, refused ? "refused" : "failed");
      return refused;
    }
  }
}
