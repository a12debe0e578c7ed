import "@chatui/core/dist/index.css";
import "./chat.css";
import "./start.css";
import "./conversation.css";
import "./cards/cards.css";
import "./care.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LanguageProvider } from "../shared/language";
import { ChatPage } from "./ChatPage";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <ChatPage />
    </LanguageProvider>
  </StrictMode>,
);
