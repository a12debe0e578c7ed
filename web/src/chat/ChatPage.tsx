import { useCallback, useEffect, useState } from "react";
import { openSession, readConfig, type ChatConfig } from "../api/chat";
import { setShopZone } from "../shared/time";
import { Conversation } from "./Conversation";
import { Failure, Waiting } from "./Plain";
import { StartPage } from "./StartPage";
import { forgetVisit, guestVisit, isGuest, loadVisit, storeVisit, type Visit } from "./visit";
import { useWords } from "./words";

type Step =
  | { name: "loading" }
  | { name: "failed" }
  | { name: "start"; config: ChatConfig }
  | { name: "chat"; config: ChatConfig; visit: Visit };

/** Load the shop's page, pick who you are, then chat. */
export function ChatPage() {
  const words = useWords();
  const [step, setStep] = useState<Step>({ name: "loading" });

  const enter = useCallback(async (config: ChatConfig, visit: Visit) => {
    try {
      const { buyer_id } = await openSession(isGuest(visit.buyerId) ? null : visit.buyerId);
      const entered = { ...visit, buyerId: buyer_id };
      storeVisit(entered);
      setStep({ name: "chat", config, visit: entered });
    } catch {
      setStep({ name: "failed" });
    }
  }, []);

  const load = useCallback(async () => {
    setStep({ name: "loading" });
    try {
      const config = await readConfig();
      setShopZone(config.time_zone);
      const visit = loadVisit(config) ?? (!config.demo && config.guests ? guestVisit(config) : null);
      if (visit) await enter(config, visit);
      else setStep({ name: "start", config });
    } catch {
      setStep({ name: "failed" });
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
      return <Failure onAgain={() => void load()} />;
    case "start":
      return <StartPage config={step.config} onStart={(visit) => void enter(step.config, visit)} />;
    case "chat":
      return <Conversation config={step.config} visit={step.visit} onLeave={leave} />;
  }
}
