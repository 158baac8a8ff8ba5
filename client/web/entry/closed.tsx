/** What stands in place of a form that leads nowhere. */

export function Closed({ title, why }: { title: string; why: string }) {
  return (
    <section class="form entry-form">
      <header>
        <h1>{title}</h1>
        <p>{why}</p>
      </header>
    </section>
  );
}
