import { App } from "antd";
import { useCallback, useEffect, useRef } from "react";
import type { ConversationDetail } from "../../api/desk";
import { useWords } from "../words";

type Act = (what: () => Promise<unknown>) => Promise<boolean>;

/**
 * Says so when a chat leaves the agent's hands without their doing: they were silent for too long, or a
 * supervisor took it. The result wraps what they do with it themselves.
 */
export function useTakenAway(conversation: ConversationDetail | null, mine: boolean, act: Act): Act {
  const words = useWords();
  const { message } = App.useApp();
  const had = useRef(false);
  const gives = useRef(false);
  const holder = conversation?.owner === "agent" ? conversation.assignee : null;
  useEffect(() => {
    if (had.current && !mine && !gives.current) void message.warning(words.takenAway(holder), 8);
    if (had.current !== mine) gives.current = false;
    had.current = mine;
  }, [mine, holder, message, words]);
  return useCallback(
    async (what) => {
      gives.current = true;
      const done = await act(what);
      if (!done) gives.current = false;
      return done;
    },
    [act],
  );
}
