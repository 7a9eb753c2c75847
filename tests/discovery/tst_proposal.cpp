// SPDX-License-Identifier: MIT
#include "core/config/configloader.h"
#include "core/discovery/proposal.h"
#include "core/secrets/secretresolver.h"

#include <QTest>

using namespace meridian;
using namespace meridian::discovery;

namespace {

PlaceFinding
found(const char *url, const char *engine, std::vector<std::string> models = {"m1", "m2"})
{
    PlaceFinding finding;
    finding.place = *parsePlace(url, true);
    finding.engine.state = PlaceState::Found;
    finding.engine.engine = engine;
    finding.engine.provider = finding.engine.engine == "ollama" ? "ollama" : "openai";
    finding.engine.models = std::move(models);
    return finding;
}

const std::string Existing = R"(# mine
gateway: {port: 9999}   # not the usual one

backends:
  - name: vllm          # the big one
    url: http://127.0.0.1:8000
    x-note: kept
)";

} // namespace

class TstProposal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toNothing();
    void toAConfiguration();
    void whatIsThereIsNotAddedAgain();
    void refusals();
    void places();
};

void TstProposal::toNothing()
{
    const auto text =
        proposeBackends("", {found("http://127.0.0.1:11434", "ollama"),
                             found("http://localhost:1234/v1", "lmstudio", {"only: # one"})});
    QVERIFY2(text.has_value(), text ? "" : text.error().detail.c_str());
    const auto loaded = config::loadConfigText(*text, "c.yaml", SecretResolver());
    QVERIFY2(loaded.has_value(), text->c_str());
    QVERIFY2(loaded->warnings.empty(), text->c_str());
    const auto &backends = loaded->settings.backends;
    QCOMPARE(backends.size(), std::size_t{2});
    QCOMPARE(backends[0].name, std::string("ollama"));
    QVERIFY(backends[0].provider == model::Provider::Ollama);
    QCOMPARE(backends[0].url, std::string("http://127.0.0.1:11434"));
    QCOMPARE(backends[0].model, std::string());
    QVERIFY(backends[1].provider == model::Provider::OpenAi);
    QCOMPARE(backends[1].engine, std::string("lmstudio"));
    QCOMPARE(backends[1].url, std::string("http://localhost:1234")); // no version path
    QCOMPARE(backends[1].model, std::string("only: # one"));
}

void TstProposal::toAConfiguration()
{
    const auto text = proposeBackends(
        Existing, {found("http://127.0.0.1:8001", "vllm"), found("http://127.0.0.1:8002", "vllm")});
    QVERIFY2(text.has_value(), text ? "" : text.error().detail.c_str());
    QVERIFY2(text->starts_with(Existing), text->c_str());
    const auto loaded = config::loadConfigText(*text, "c.yaml", SecretResolver());
    QVERIFY2(loaded.has_value(), text->c_str());
    const auto &backends = loaded->settings.backends;
    QCOMPARE(backends.size(), std::size_t{3});
    QCOMPARE(backends[1].name, std::string("vllm-2"));
    QCOMPARE(backends[2].name, std::string("vllm-3"));
    QCOMPARE(loaded->settings.gateway.port, std::uint16_t{9999});
}

void TstProposal::whatIsThereIsNotAddedAgain()
{
    const auto text = proposeBackends(Existing, {found("http://localhost:8000", "vllm")});
    QVERIFY(text.has_value());
    QCOMPARE(*text, Existing);
    const auto twice =
        proposeBackends("", {found("http://127.0.0.1:1", "jan"), found("http://[::1]:1", "jan")});
    QVERIFY(twice.has_value());
    QVERIFY(twice->find("jan-2") == std::string::npos);
}

void TstProposal::refusals()
{
    const std::vector<PlaceFinding> one{found("http://127.0.0.1:11434", "ollama")};
    QVERIFY(!proposeBackends("a: [", one));
    QVERIFY(!proposeBackends("backends: 7\n", one));
    const auto melis = proposeBackends("server: {port: 1}\nproviders: []\n", one);
    QVERIFY(!melis);
    QVERIFY(melis.error().detail.find("Melis") != std::string::npos);
}

void TstProposal::places()
{
    QVERIFY(parsePlace("http://localhost:1", false));
    QVERIFY(parsePlace("http://[::1]:1", false));
    QVERIFY(parsePlace("http://127.8.9.1", false));
    QVERIFY(!parsePlace("http://10.0.0.1:1", false));
    QVERIFY(!parsePlace("http://localhost.example.org:1", false));
    QVERIFY(parsePlace("http://10.0.0.1:1", true));
    for (const char *bad : {"", "ftp://127.0.0.1", "127.0.0.1:80", "http://u:p@127.0.0.1/"}) {
        QVERIFY2(!parsePlace(bad, true), bad);
    }
    std::vector<Place> places = usualPlaces();
    const std::size_t usual = places.size();
    addPlaces(places, {*parsePlace("http://localhost:11434/", false)});
    QCOMPARE(places.size(), usual);
    addPlaces(places, {*parsePlace("http://localhost:11434/sub", false)});
    QCOMPARE(places.size(), usual + 1);
}

QTEST_GUILESS_MAIN(TstProposal)
#include "tst_proposal.moc"
