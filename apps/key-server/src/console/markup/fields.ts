import { html, type Html } from "./html.ts";

/** A value to choose: what is sent, and the word a person reads. */
export interface Choice {
  readonly value: string;
  readonly word: string;
  readonly isChosen?: boolean;
}

/** One line of text with its label and, where it needs one, a hint. */
export function textField(
  name: string,
  label: string,
  options: {
    readonly value?: string;
    readonly hint?: string;
    readonly placeholder?: string;
    readonly isRequired?: boolean;
    readonly type?: "text" | "number" | "password" | "url";
    readonly list?: readonly string[];
  } = {},
): Html {
  const { value = "", hint, placeholder = "", isRequired = false, type = "text", list } = options;
  const listId = `${name}-list`;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      placeholder="${placeholder}"
      autocomplete="off"
      ${isRequired && html`required`}
      ${hint !== undefined && html`aria-describedby="${name}-hint"`}
      ${list !== undefined && html`list="${listId}"`}
    />
    ${hint !== undefined && html`<small id="${name}-hint">${hint}</small>`}
    ${list !== undefined && html`<datalist id="${listId}">${list.map((one) => html`<option value="${one}"></option>`)}</datalist>`}
  </div>`;
}

/** One of a few values. */
export function choiceField(name: string, label: string, choices: readonly Choice[]): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${choices.map(({ value, word, isChosen }) => html`<option value="${value}" ${isChosen === true && html`selected`}>${word}</option>`)}
    </select>
  </div>`;
}

/** Any number of values, each to be ticked. */
export function ticksField(name: string, legend: string, choices: readonly Choice[]): Html {
  return html`<fieldset>
    <legend>${legend}</legend>
    ${choices.map(
      ({ value, word, isChosen }) =>
        html`<label class="tick"
          ><input type="checkbox" name="${name}" value="${value}" ${isChosen === true && html`checked`} />
          ${word}</label
        >`,
    )}
  </fieldset>`;
}
