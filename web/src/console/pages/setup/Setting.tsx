import { Fragment } from "react";

/** The name of a setting in `gateway.yaml`; a long one goes on in the next line after a dot or an underscore. */
export function Setting({ name }: { name: string }) {
  return (
    <code className="setup-setting">
      {name.split(/(?<=[._])/).map((part, place) => (
        <Fragment key={place}>
          {place > 0 ? <wbr /> : null}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
