import Chat from "@chatui/core";
import { useMemo, useState } from "react";
import type { ChatConfig } from "../api/chat";
import { useLanguage } from "../shared/language";
import { useDark } from "../shared/useDark";
import { Composer } from "./Composer";
import { Header } from "./Header";
import { ItemCard } from "./ItemCard";
import { ItemDialog } from "./ItemDialog";
import { Proof } from "./Proof";
import { QuickQuestions } from "./QuickQuestions";
import { Rating } from "./Rating";
import { Row } from "./Row";
import { toRows } from "./rows";
import { StatusBar } from "./StatusBar";
import { useAftercare } from "./useAftercare";
import { useStayAtEnd } from "./useStayAtEnd";
import { useThread } from "./useThread";
import { isGuest, storeVisit, type Visit } from "./visit";
import { useWords } from "./words";

interface ConversationProps {
  config: ChatConfig;
  visit: Visit;
  onLeave: () => void;
}

/** The chat itself. */
export function Conversation({ config, visit, onLeave }: ConversationProps) {
  const words = useWords();
  const { language } = useLanguage();
  const dark = useDark();
  const { thread, send, retry, discard, reconnect } = useThread(visit.buyerId, onLeave);
  const care = useAftercare(thread);
  const list = useStayAtEnd();
  const [itemId, setItemId] = useState(visit.itemId);
  const [picking, setPicking] = useState(false);
  const item = config.items.find(({ id }) => id === itemId) ?? null;
  const [orderNo, setOrderNo] = useState<string | null>(null);
  const guest = isGuest(visit.buyerId);
  const leave = config.demo ? onLeave : undefined;
  const buyer = config.buyers.find(({ id }) => id === visit.buyerId);
  const rows = useMemo(() => toRows(thread, words), [thread, words]);

  const choose = (id: string | null) => {
    setItemId(id);
    setPicking(false);
    storeVisit({ buyerId: visit.buyerId, itemId: id });
  };
  const say = (text: string) => send(text, itemId, orderNo);
  return (
    <div className="frame">
      <Chat
        locale={language === "zh" ? "zh-CN" : "en-US"}
        colorScheme={dark ? "dark" : "light"}
        renderNavbar={() => (
          <>
            <Header title={config.shop_name} subtitle={guest ? words.guest : buyer?.name} onLeave={leave} />
            {guest && <Proof onProven={setOrderNo} />}
            {item && <ItemCard item={item} onChange={() => setPicking(true)} onDrop={() => choose(null)} />}
            <StatusBar thread={thread} offer={care.offer} onBooked={care.lookAgain} onReconnect={reconnect} />
          </>
        )}
        messagesRef={list}
        messages={rows}
        renderBeforeMessageList={() =>
          thread.loaded && rows.length === 0 ? <p className="welcome">{words.empty}</p> : null
        }
        renderMessageContent={(row) => <Row row={row} onRetry={retry} onDiscard={discard} />}
        renderQuickReplies={() =>
          care.unrated !== null ? (
            <Rating key={care.unrated} conversationId={care.unrated} onDone={care.putAside} />
          ) : (
            <QuickQuestions
              own={buyer?.hint}
              hasItem={item !== null}
              onAsk={say}
              onPickItem={() => setPicking(true)}
            />
          )
        }
        onSend={(_type, text) => say(text)}
        Composer={Composer}
      />
      {picking && (
        <ItemDialog
          items={config.items}
          chosen={itemId}
          onChoose={(chosen) => choose(chosen.id)}
          onClose={() => setPicking(false)}
        />
      )}
    </div>
  );
}
