import { useCallback, useEffect, useState } from "react";
import { readCallOffer, readUnrated, type CallOffer } from "../api/aftercare";
import type { Thread } from "./thread";

/** Conversations this browser was asked about once and would not rate. */
const ASKED = "xiaoer.rating-asked";

interface Aftercare {
  offer: CallOffer | null;
  /** The conversation to be rated now. */
  unrated: string | null;
  lookAgain: () => void;
  putAside: () => void;
}

/** What the page offers beside the chat: a call while nobody is there, and a word at the end. */
export function useAftercare(thread: Thread): Aftercare {
  const [offer, setOffer] = useState<CallOffer | null>(null);
  const [unrated, setUnrated] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const { place, owner, loaded, link } = thread;
  const waits = place !== null;

  useEffect(() => {
    let gone = false;
    if (!waits) setOffer(null);
    else
      readCallOffer().then(
        (found) => !gone && setOffer(found),
        () => undefined, // an offer more; the page does without it
      );
    return () => {
      gone = true;
    };
  }, [waits, place?.position, round, link]);

  useEffect(() => {
    let gone = false;
    if (owner !== "closed" && owner !== null) setUnrated(null);
    else if (loaded)
      readUnrated().then(
        ({ conversation_id: id }) => !gone && setUnrated(id !== localStorage.getItem(ASKED) ? id : null),
        () => undefined,
      );
    return () => {
      gone = true;
    };
  }, [owner, loaded]);

  const lookAgain = useCallback(() => setRound((count) => count + 1), []);
  const putAside = useCallback(() => {
    if (unrated !== null) localStorage.setItem(ASKED, unrated);
    setUnrated(null);
  }, [unrated]);
  return { offer, unrated, lookAgain, putAside };
}
