import { useCallback, useEffect, useState } from "react";
import { openByPass, openSession, readConfig, type ChatConfig } from "../api/chat";
import { ApiError } from "../api/http";
import { setShopZone } from "../shared/time";
import { Conversation } from "./Conversation";
import { Failure, Waiting } from "./Plain";
import { StartPage } from "./StartPage";
import { findPass, forgetVisit, guestVisit, isGuest, loadVisit, storeVisit, type Visit } from "./visit";
import { useWords } from "./words";

type Step =
  | { name: "loading" }
  | { name: "failed"; why: ApiError | null }
  | { name: "start"; config: ChatConfig }
  | { name: "chat"; config: ChatConfig; visit: Visit };

/** Load the shop's page, pick who you are, then chat. */
export function ChatPage() {
  const words = useWords();
  const [step, setStep] = useState<Step>({ name: "loading" });

  const enter = useCallback(async (config: ChatConfig, visit: Visit, pass: string | null = null) => {
    try {
      const named = isGuest(visit.buyerId) ? null : visit.buyerId;
      const { buyer_id } = await (pass === null ? openSession(named) : openByPass(pass));
      const entered = { ...visit, buyerId: buyer_id };
      storeVisit(entered);
      setStep({ name: "chat", config, visit: entered });
    } catch (error) {
      if (pass !== null) forgetVisit();
      const refused = error instanceof ApiError && error.status < 500;
      if (refused && error.code === "no_guests") setStep({ name: "start", config });
      else setStep({ name: "failed", why: refused ? error : null });
    }
  }, []);

  const load = useCallback(async () => {
    setStep({ name: "loading" });
    try {
      const config = await readConfig();
      setShopZone(config.time_zone);
      const pass = findPass(window.location.hash);
      if (pass !== null) {
        await enter(config, guestVisit(config), pass);
        return;
      }
      // Outside the demo the desk knows by its cookie who was here: a vouched buyer, a guest, nobody yet.
      const visit = config.demo ? loadVisit(config) : guestVisit(config);
      if (visit) await enter(config, visit);
      else setStep({ name: "start", config });
    } catch {
      setStep({ name: "failed", why: null });
    }
  }, [enter]);

  const leave = useCallback(() => {
    forgetVisit();
    void load();
  }, [load]);

  useEffect(() => void load(), [load]);

  switch (step.name) {
    case "loading":
      return <Waiting text={words.loading} />;
    case "failed":
      return <Failure why={step.why} onAgain={() => void load()} />;
    case "start":
      return <StartPage config={step.config} onStart={(visit) => void enter(step.config, visit)} />;
    case "chat":
      return <Conversation config={step.config} visit={step.visit} onLeave={leave} />;
  }
}
