interface ChoiceProps<Value extends string> {
  readonly id?: string;
  readonly label: string;
  /** The label is for screen readers. */
  readonly isLabelUnseen?: boolean;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly choose: (value: Value) => void;
}

/** A labelled list to choose from. A control is cut off on paper: there, the choice is printed as text. */
export function Choice<Value extends string>({
  id,
  label,
  isLabelUnseen,
  options,
  value,
  choose,
}: ChoiceProps<Value>) {
  const chosen = options.find((option) => option.value === value);
  return (
    <label>
      <span class={isLabelUnseen ? 'unseen' : undefined}>{label}</span>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const option = options.find((one) => one.value === currentTarget.value);
          if (option) choose(option.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
      <span class="printed">{chosen?.label.trim()}</span>
    </label>
  );
}
