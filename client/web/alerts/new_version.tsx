/** Says that a newer page is there; loading it is for whoever looks to choose, because they may be writing. */
import { words } from "../words.ts";
import { isOutdated } from "./version.ts";

export function NewVersion() {
  return (
    <div class="new-version" role="status">
      {isOutdated.value && (
        <p>
          {words.newVersion}
          <button type="button" onClick={() => location.reload()}>{words.loadAnew}</button>
        </p>
      )}
    </div>
  );
}
