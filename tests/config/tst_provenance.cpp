// SPDX-License-Identifier: MIT
// Every value is told once, with who says it.
#include "core/config/configloader.h"
#include "core/config/provenance.h"
#include "core/config/yamlloader.h"

#include <QTest>

#include <algorithm>

using namespace meridian;
using config::Provenance;
using Source = Provenance::Source;

namespace {

std::vector<Provenance> valuesOf(std::string_view text, const config::Overrides &overrides = {})
{
    config::Diagnostics problems("c.yaml");
    return config::provenanceOf(*config::loadYaml(text, problems), "c.yaml", config::configKeys(),
                                overrides);
}

Provenance find(const std::vector<Provenance> &values, std::string_view path)
{
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const Provenance &value) { return value.path == path; });
    return found == values.end() ? Provenance{"missing", {}} : *found;
}

} // namespace

class TestProvenance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fileAndDefaults();
    void timeoutsComeFromAbove();
    void defaultsAreTheSettings();
    void overridesWin();
    void eachPathOnce();
    void bounds();
};

void TestProvenance::fileAndDefaults()
{
    const auto values =
        valuesOf("gateway:\n  port: 9090\nbackends:\n  - name: a\n    url: http://h\n"
                 "    tags: [x, y]\n  - {name: b, url: 'http://i', weight: 4}\n");
    const Provenance port = find(values, "gateway.port");
    QVERIFY(port.source == Source::File);
    QCOMPARE(port.value, "9090");
    QCOMPARE(port.file, "c.yaml");
    QCOMPARE(port.line, 2);
    QCOMPARE(port.column, 9);
    const Provenance host = find(values, "gateway.host");
    QVERIFY(host.source == Source::Default);
    QCOMPARE(host.value, "0.0.0.0");
    QVERIFY(host.file.empty() && host.line == 0);
    QCOMPARE(find(values, "backends[0].weight").value, "1");
    QVERIFY(find(values, "backends[0].weight").source == Source::Default);
    QCOMPARE(find(values, "backends[1].weight").value, "4");
    QCOMPARE(find(values, "backends[1].weight").line, 7);
    QCOMPARE(find(values, "backends[0].tags").value, "[x, y]");
    QCOMPARE(find(values, "health.interval_s").value, "5");
    QCOMPARE(find(values, "resilience.circuit_breaker.failure_threshold").value, "5");
    QCOMPARE(find(values, "resilience.hedge.after").path, "missing"); // not on unless written
}

void TestProvenance::timeoutsComeFromAbove()
{
    const auto values =
        valuesOf("timeouts: {read: 60}\nbackends:\n- name: a\n  timeout: {connect: 1}\n");
    QCOMPARE(find(values, "backends[0].timeout.connect").value, "1");
    QCOMPARE(find(values, "backends[0].timeout.read").value, "60");
    QVERIFY(find(values, "backends[0].timeout.read").source == Source::File);
    QCOMPARE(find(values, "backends[0].timeout.read").line, 1);
    QCOMPARE(find(values, "backends[0].timeout.write").value, "5");
    QVERIFY(find(values, "backends[0].timeout.write").source == Source::Default);
}

void TestProvenance::defaultsAreTheSettings()
{
    const model::Settings settings;
    const auto values = valuesOf("backends: []\n");
    QCOMPARE(find(values, "gateway.max_body_bytes").value,
             std::to_string(settings.gateway.maxBodyBytes));
    QCOMPARE(find(values, "gateway.strategy").value, settings.gateway.strategy);
    QCOMPARE(find(values, "health.fail_threshold").value,
             std::to_string(settings.health.failThreshold));
    QCOMPARE(find(values, "logging.level").value, settings.logging.level);
}

void TestProvenance::overridesWin()
{
    const auto values = valuesOf("gateway: {port: 1}\n", {{"gateway.port", "2"}});
    QVERIFY(find(values, "gateway.port").source == Source::Override);
    QCOMPARE(find(values, "gateway.port").value, "2");
}

void TestProvenance::eachPathOnce()
{
    const auto values = valuesOf("x-d: &d {weight: 2}\nbackends:\n- {<<: *d, name: a}\n- *d\n",
                                 {{"gateway.host", "h"}});
    std::vector<std::string> paths;
    for (const Provenance &value : values) {
        paths.push_back(value.path);
    }
    std::sort(paths.begin(), paths.end());
    QVERIFY(std::adjacent_find(paths.begin(), paths.end()) == paths.end());
    QCOMPARE(find(values, "backends[0].weight").line, 1); // where it is written
}

void TestProvenance::bounds()
{
    const auto values = valuesOf("x-long: " + std::string(5000, 'a') + "é\n");
    QVERIFY(find(values, "x-long").value.size() <= config::MaxProvenanceValueBytes + 4);
}

QTEST_GUILESS_MAIN(TestProvenance)
#include "tst_provenance.moc"
