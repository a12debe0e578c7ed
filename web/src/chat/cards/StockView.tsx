import type { StockCard } from "../../api/cards";
import { formatPrice, Picture } from "../Picture";
import { useWords } from "../words";
import { Frame } from "./parts";

/** An item by colour and size: what is there, what runs low, what is gone; the asked one is framed. */
export function StockView({ card }: { card: StockCard }) {
  const words = useWords();
  const asked = card.asked_color;
  // The colour that was asked for stands first.
  const colors = [...card.colors].sort((a, b) => Number(b.color === asked) - Number(a.color === asked));
  return (
    <Frame
      kind="item"
      label={words.stockOf(card.title)}
      title={
        <span className="card-item">
          <Picture item={{ id: card.item_id, short_name: card.title, image: card.image }} />
          <span>{card.title}</span>
        </span>
      }
      state={<strong className="card-price">{formatPrice(card.price)}</strong>}
    >
      <dl className="stock">
        {colors.map(({ color, sizes }) => (
          <div key={color}>
            <dt>{color}</dt>
            <dd>
              {sizes.map(({ size, state }) => (
                <span
                  key={size}
                  className="stock-size"
                  data-state={state}
                  data-asked={size === card.asked_size && (asked === null || color === asked)}
                >
                  {size}
                  <span className={state === "low" ? "stock-note" : "hidden"}>
                    {words.stockStates[state] ?? state}
                  </span>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className="card-foot soft">{words.stockLegend}</p>
    </Frame>
  );
}
