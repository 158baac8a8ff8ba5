/** A short sound, made where it is heard: no file is needed. */

/** Hertz, one after the other. */
const NOTES = [659.26, 880];
const NOTE_S = 0.11;
const LOUDNESS = 0.12;
/** So soft that nobody hears it, and a ramp may not end at nothing. */
const SILENCE = 0.0001;

let context: AudioContext | undefined;

/** Plays it. A browser that wants to be clicked first stays silent. */
export async function playTone(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  if (context.state !== "running") return;
  for (const [index, frequency] of NOTES.entries()) {
    play(context, frequency, context.currentTime + index * NOTE_S);
  }
}

function play(context: AudioContext, frequency: number, at: number): void {
  const oscillator = new OscillatorNode(context, { frequency });
  const loudness = new GainNode(context, { gain: SILENCE });
  loudness.gain.exponentialRampToValueAtTime(LOUDNESS, at + 0.01);
  loudness.gain.exponentialRampToValueAtTime(SILENCE, at + 2 * NOTE_S);
  oscillator.connect(loudness).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 2 * NOTE_S);
}
