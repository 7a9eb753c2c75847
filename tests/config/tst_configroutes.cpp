// SPDX-License-Identifier: MIT
// `routes:` of Meridian's own file: values, errors, and which backends come under a path.
#include "tests/config/configrows.h"

using namespace meridian;

namespace {

constexpr const char *Backends = "backends:\n"
                                 "  - {name: a, url: 'http://h', weight: 3, model: m}\n"
                                 "  - {name: b, url: 'http://i'}\n";

/// "a /x; b#2 w2 up=n only /x /y": every backend and what its routes made of it.
QString described(const model::Settings &settings)
{
    QStringList all;
    for (const model::BackendSettings &backend : settings.backends) {
        QString text = QString::fromStdString(backend.name + " w" + std::to_string(backend.weight));
        text += QStringLiteral(" m=") + QString::fromStdString(backend.model);
        text += QStringLiteral(" up=") + QString::fromStdString(backend.upstreamModel);
        text += backend.isRouteOnly ? QStringLiteral(" only") : QString();
        for (const std::string &route : backend.routes) {
            text += QLatin1Char(' ') + QString::fromStdString(route);
        }
        all << text;
    }
    return all.join(QStringLiteral("; "));
}

} // namespace

class TestConfigRoutes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryKey();
    void putsBackendsUnderPaths_data();
    void putsBackendsUnderPaths();
    void refuses_data();
    void refuses();
};

void TestConfigRoutes::readsEveryKey()
{
    QVERIFY(test::settingsWithoutProblems(std::string(Backends) + "routes: []").routes.empty());
    const auto routes =
        test::settingsWithoutProblems(std::string(Backends) +
                                      "routes:\n"
                                      "  - {path: /team/chat}\n"
                                      "  - {path: /v1/messages, method: put, on_loss: reject}\n")
            .routes;
    QCOMPARE(routes.size(), std::size_t{2});
    QCOMPARE(routes[0].path + ' ' + routes[0].method, std::string("/team/chat POST"));
    QVERIFY(!routes[0].onLoss && !routes[0].maxFailovers && !routes[0].deadline);
    QCOMPARE(routes[1].path + ' ' + routes[1].method, std::string("/v1/messages PUT"));
    QVERIFY(routes[1].onLoss == model::OnLoss::Reject);
}

void TestConfigRoutes::putsBackendsUnderPaths_data()
{
    QTest::addColumn<QByteArray>("routes");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *routes, const char *expected) {
        QTest::newRow(routes) << QByteArray(routes) << QString::fromLatin1(expected);
    };
    row("[{path: /x}]", "a w3 m=m up=; b w1 m= up=");
    row("[{path: /x, backends: [{name: a}]}]", "a w3 m=m up= /x; b w1 m= up=");
    row("[{path: /x, backends: [{name: a, weight: 3}]}]", "a w3 m=m up= /x; b w1 m= up=");
    row("[{path: /x, backends: [{name: a, weight: 1}, {name: b}]}]",
        "a w3 m=m up=; b w1 m= up= /x; a#2 w1 m=m up= only /x");
    row("[{path: /x, backends: [{name: a, model: n}]}]",
        "a w3 m=m up=; b w1 m= up=; a#2 w3 m= up=n only /x");
    // equal copies are shared, others are numbered
    row("[{path: /x, backends: [{name: b, weight: 2}]}, {path: /y, backends: [{name: b, weight: 2},"
        " {name: b, weight: 4}]}, {path: /z, backends: [{name: b}]}]",
        "a w3 m=m up=; b w1 m= up= /z; b#2 w2 m= up= only /x /y; b#3 w4 m= up= only /y");
    // two methods of a path have their backends in common
    row("[{path: /x, backends: [{name: a}]}, {path: /x, method: PUT, backends: [{name: a}]}]",
        "a w3 m=m up= /x; b w1 m= up=");
}

void TestConfigRoutes::putsBackendsUnderPaths()
{
    QFETCH(QByteArray, routes);
    QFETCH(QString, expected);
    const std::string text = "routes: " + routes.toStdString() + '\n' + Backends; // before them
    QCOMPARE(described(test::settingsWithoutProblems(text)), expected);
}

void TestConfigRoutes::refuses_data()
{
    test::addProblemColumns();
    test::addProblem("routes: {path: /x}",
                     "1:9: routes: expected a list of routes, found a mapping");
    test::addProblem("routes: [{method: POST}]", "1:10: routes[0].path: required, but not given");
    for (const char *path : {"/metrics", "/ui", "/ui/x", "/meridian/status", "/healthz", "/readyz",
                             "/v1/models", "/v1/models/x", "/", "/api/tags", "/v1beta/models/x"}) {
        test::addProblem("routes: [{path: " + std::string(path) + "}]",
                         "1:17: routes[0].path: is a path of the gateway's own");
    }
    for (const char *path : {"x", "/a b", "/a?b"}) {
        test::addProblem(
            "routes: [{path: '" + std::string(path) + "'}]",
            "1:17: routes[0].path: must be a path that starts with /, without a query");
    }
    test::addProblem("routes: [{path: /x, method: GET}]",
                     "1:29: routes[0].method: must be POST, PUT or PATCH: a request for a model "
                     "has a body");
    test::addProblem("routes: [{path: /x, on_loss: x}]",
                     "1:30: routes[0].on_loss: unknown word 'x'; known are warn, reject, fallback");
    test::addProblem("routes:\n  - path: /x\n  - {path: /x, method: post}",
                     "3:5: routes[1]: the same path and method as routes[0] on line 2");
    test::addProblem("routes: [{path: /x, backends: a}]",
                     "1:31: routes[0].backends: expected a list of backends, found a string");
    test::addProblem("routes: [{path: /x, backends: []}]",
                     "1:31: routes[0].backends: must hold between 1 and 64 backends");
    test::addProblem("routes: [{path: /x, backends: [{name: aa}]}]",
                     "1:39: routes[0].backends[0].name: no backend is called 'aa'; did you mean "
                     "'a'?");
    test::addProblem("routes: [{path: /x, backends: [{weight: 1}]}]",
                     "1:32: routes[0].backends[0].name: required, but not given");
    test::addProblem("routes: [{path: /x, backends: [{name: a, weight: 0}]}]",
                     "1:50: routes[0].backends[0].weight: must be between 1 and 1000000");
    test::addProblem("routes: [{path: /x, backends: [{name: a, model: 'm*'}]}]",
                     "1:49: routes[0].backends[0].model: must be a name, without *");
    test::addProblem("routes: [{path: /x, backends: [{name: a}, {name: a}]}]",
                     "1:43: routes[0].backends[1]: given before in this route");
}

void TestConfigRoutes::refuses()
{
    test::verifyRefused();
}

QTEST_GUILESS_MAIN(TestConfigRoutes)
#include "tst_configroutes.moc"
