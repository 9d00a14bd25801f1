/** The title of a row, by which the row is chosen; on paper it stands as text. */
export function RowChoice({ title, choose }: { readonly title: string; readonly choose: () => void }) {
  return (
    <>
      <button type="button" onClick={choose}>
        {title}
      </button>
      <span class="printed">{title}</span>
    </>
  );
}
