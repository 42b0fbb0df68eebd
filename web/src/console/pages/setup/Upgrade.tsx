import { useTranslation } from "react-i18next";
import { Link } from "react-router";

const COMMANDS = `gateway backup make SITE
sha256sum smart_community_gateway-*.whl
python -m venv /opt/gateway-new
/opt/gateway-new/bin/pip install --no-index --find-links wheels smart-community-gateway
/opt/gateway-new/bin/gateway check SITE`;

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
              {t("step.check.go")}
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
    </section>
  );
}
