/** What is late, behind what it is about. */
export function Late({ children }: { readonly children: string }) {
  return (
    <b class="urgency" data-late="true">
      {' '}
      {children}
    </b>
  );
}
