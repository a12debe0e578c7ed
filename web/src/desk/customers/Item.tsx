import { useCallback } from "react";
import { readItem } from "../../api/chat";
import { useLoaded } from "../../shared/useLoaded";
import { useWords } from "../words";

/** The item that the customer is looking at. */
export function Item({ id }: { id: string }) {
  const words = useWords();
  const { data } = useLoaded(useCallback(() => readItem(id), [id]));
  return (
    <section className="item">
      {data?.image && <img src={data.image} alt="" width="44" height="44" />}
      <div>
        <div className="soft small">
          {words.current} {id}
        </div>
        {data && (
          <div>
            {data.short_name} <span className="soft">¥{data.price}</span>
          </div>
        )}
      </div>
    </section>
  );
}
