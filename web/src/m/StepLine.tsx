import { Icon } from "../parts/Icon";

/** How far it is: what is done, what is next, what comes then. */
export function StepLine({ steps, done }: { steps: string[]; done: number }) {
  return (
    <ol className="step-line">
      {steps.map((step, index) => (
        <li key={step} className={index < done ? "done" : index === done ? "next" : ""} aria-current={index === done ? "step" : undefined}>
          <span aria-hidden="true">{index < done ? <Icon name="check" /> : index + 1}</span>
          {step}
        </li>
      ))}
    </ol>
  );
}
