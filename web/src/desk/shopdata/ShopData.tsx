import { DownloadOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { exportFile, KINDS, type Format, type Kind } from "../../api/shopData";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { DATA_KINDS } from "../words/office.names";
import { keepFile } from "./files";
import { Import } from "./Import";

const FORMATS: Format[] = ["csv", "xlsx", "yml"];
const ignore = () => undefined;

/** The shop's goods, orders and customers in files: in, checked first; out, as they can come in again. */
export function ShopData() {
  const words = useWords();
  return (
    <main className="page shop-data">
      <h2>{words.pages.data}</h2>
      <Import />
      <Export />
    </main>
  );
}

function Export() {
  const words = useWords();
  const { act, busy } = useAct(ignore);
  const [format, setFormat] = useState<Format>("csv");
  const save = (kind: Kind) =>
    void act(async () => keepFile(await exportFile(kind, format), `${kind}.${format}`));
  return (
    <section>
      <div className="page-tools">
        <h3>{words.data.export}</h3>
        <Segmented<Format>
          size="small"
          value={format}
          onChange={setFormat}
          options={FORMATS.map((name) => ({ value: name, label: name.toUpperCase() }))}
        />
      </div>
      <p className="soft">{words.data.exportHint}</p>
      <div className="export-buttons">
        {KINDS.map((kind) => (
          <Button key={kind} icon={<DownloadOutlined />} disabled={busy} onClick={() => save(kind)}>
            {words.nameOf(DATA_KINDS, kind)}
          </Button>
        ))}
      </div>
    </section>
  );
}
