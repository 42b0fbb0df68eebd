import { useTranslation } from "react-i18next";
import { Link } from "react-router";

const COMMANDS = `gateway backup make SITE
gateway upgrade look PACKAGE.scgu SITE
sudo gateway upgrade install PACKAGE.scgu SITE
sudo systemctl stop smart-community-gateway
sudo gateway upgrade use VERSION SITE
sudo systemctl start smart-community-gateway`;
const BACK = `sudo systemctl stop smart-community-gateway
sudo gateway upgrade back SITE
sudo systemctl start smart-community-gateway`;

/** Which version runs, and the safe way to another one: by hand on the machine, with a way back. */
export function Upgrade({ version }: { version: string }) {
  const { t } = useTranslation("setup");
  return (
    <section>
      <h2>{t("nav.upgrade")}</h2>
      <dl className="card facts">
        <div>
          <dt>{t("upgrade.version")}</dt>
          <dd className="numbers">{version}</dd>
        </div>
        <div>
          <dt>{t("upgrade.check")}</dt>
          <dd>
            <Link className="button" to="/system">
              {t("step_go.check")}
            </Link>
          </dd>
        </div>
      </dl>
      <p className="told setup-after">{t("upgrade.hand")}</p>
      <ol className="steps setup-after">
        {t("upgrade.steps")
          .split("\n")
          .map((step) => (
            <li key={step}>{step}</li>
          ))}
      </ol>
      <pre className="card setup-sample" tabIndex={0}>
        {COMMANDS}
      </pre>
      <h2 className="setup-after">{t("upgrade.back")}</h2>
      <p>{t("upgrade.back.text")}</p>
      <pre className="card setup-sample" tabIndex={0}>
        {BACK}
      </pre>
    </section>
  );
}
