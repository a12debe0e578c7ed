import "./desk.css";
import "./conversations/conversations.css";
import "./drafts/drafts.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LanguageProvider } from "../shared/language";
import { DeskApp } from "./DeskApp";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <DeskApp />
    </LanguageProvider>
  </StrictMode>,
);
