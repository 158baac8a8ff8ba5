/** How much is unread, for those who look at another window: in the title, in the tab's icon, on the installed page's. */
import { words } from "../words.ts";

const SIDE = 64;
const RADIUS = 20;
/** Above this there is no room for the number. */
const COUNT_MAX = 9;

let drawn = 0;
let picture: Promise<HTMLImageElement> | undefined;

/** Shows a number; 0: nothing is unread. */
export function showUnread(count: number): void {
  document.title = count > 0 ? `(${count}) ${words.product}` : words.product;
  void showInIcon(count);
  // Where the page is installed. Elsewhere nothing comes of it.
  if ("setAppBadge" in navigator) navigator.setAppBadge(count).catch(() => {});
}

async function showInIcon(count: number): Promise<void> {
  const turn = ++drawn;
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  if (count === 0) {
    link.type = "image/svg+xml";
    link.href = "icon.svg";
    return;
  }
  const data = draw(await (picture ??= load()), count);
  if (turn !== drawn || data === undefined) return; // the number is another one by now
  link.type = "image/png";
  link.href = data;
}

function draw(picture: HTMLImageElement, count: number): string | undefined {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  const middle = SIDE - RADIUS;
  context.drawImage(picture, 0, 0, SIDE, SIDE);
  context.beginPath();
  context.arc(middle, middle, RADIUS, 0, 2 * Math.PI);
  context.fillStyle = "#c62828";
  context.fill();
  context.fillStyle = "#ffffff";
  context.font = "bold 30px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(count > COUNT_MAX ? `${COUNT_MAX}+` : `${count}`, middle, middle + 2, 2 * RADIUS - 6);
  return canvas.toDataURL("image/png");
}

async function load(): Promise<HTMLImageElement> {
  const image = new Image(SIDE, SIDE);
  image.src = "icon.svg";
  await image.decode();
  return image;
}
