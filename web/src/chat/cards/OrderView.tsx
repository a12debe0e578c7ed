import type { OrderCard } from "../../api/cards";
import { formatPrice, Picture } from "../Picture";
import { useWords } from "../words";
import { Frame, OrderNo, Steps } from "./parts";

/** An order: its goods, its sum, how far it is. */
export function OrderView({ card }: { card: OrderCard }) {
  const words = useWords();
  const pieces = card.goods.reduce((sum, line) => sum + line.quantity, 0);
  const closed = card.stage === "closed";
  return (
    <Frame
      kind="order"
      label={`${words.orderNo} ${card.order_no}`}
      title={<OrderNo no={card.order_no} />}
      state={words.stages[card.stage] ?? card.stage}
      mood={closed ? "plain" : "good"}
    >
      <ul className="card-goods">
        {card.goods.map((line) => (
          <li key={`${line.title} ${line.color} ${line.size}`}>
            <Picture
              item={{ id: line.item_id ?? line.title, short_name: line.title, image: line.image }}
            />
            <span className="card-goods-text">
              <span>{line.title}</span>
              <span className="soft">
                {line.color} {line.size}
              </span>
            </span>
            <span className="soft">×{line.quantity}</span>
          </li>
        ))}
      </ul>
      {!closed && <Steps steps={card.steps} nameOf={(name) => words.steps[name] ?? name} />}
      <footer className="card-foot">
        <span>{words.pieces(pieces)}</span>
        <span>
          {words.total} <strong className="card-price">{formatPrice(card.total)}</strong>
        </span>
      </footer>
    </Frame>
  );
}
