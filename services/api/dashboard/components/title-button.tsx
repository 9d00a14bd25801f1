interface TitleButtonProps {
  readonly title: string;
  readonly press: () => void;
}

/** A title in a table that is pressed. No button of a table is printed: on paper the title stands as text. */
export function TitleButton({ title, press }: TitleButtonProps) {
  return (
    <>
      <button type="button" onClick={press}>
        {title}
      </button>
      <span class="printed">{title}</span>
    </>
  );
}
