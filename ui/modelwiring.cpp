// SPDX-License-Identifier: MIT
// What a change in one model means for another.
#include "ui/modelwiring.h"

#include "ui/desktop.h"
#include "ui/keyuses.h"
#include "ui/poller.h"
#include "ui/requestrow.h"

#include <map>
#include <memory>
#include <vector>

namespace meridian::ui {

namespace {

/// The gateway may be another one, be back, or have another configuration.
void followConfiguration(Desktop &desktop)
{
    const auto last = std::make_shared<int>(-1);
    const auto look = [&desktop, last] {
        const bool isConnected = desktop.link().connection() == GatewayLink::Connection::Connected;
        const int generation = desktop.status()->generation();
        if (!isConnected || generation == *last) {
            return;
        }
        *last = generation;
        desktop.routes()->refresh();
        desktop.playground()->refresh();
    };
    QObject::connect(desktop.status(), &StatusModel::changed, &desktop, look);
    QObject::connect(&desktop.link(), &GatewayLink::replaced, &desktop, [last] { *last = -1; });
}

void followKeys(Desktop &desktop)
{
    KeyStore *keys = desktop.keys();
    QObject::connect(desktop.routes(), &RouteState::formChanged, &desktop, [&desktop, keys] {
        // a gateway elsewhere has an environment and files of its own
        keys->setUses(desktop.link().isLocal() ? keyUses(desktop.routes()->form())
                                               : std::vector<KeyStore::Use>());
    });
    desktop.poller().setSeen([keys](const std::vector<RequestRow> &newestFirst) {
        std::map<QString, qint64> last; // thousands of requests, a few backends
        for (const RequestRow &request : newestFirst) {
            last.try_emplace(request.backend, request.timestampMs);
        }
        for (const auto &[backend, at] : last) {
            keys->noteUse(backend, at);
        }
    });
}

/// Prices stand in the configuration only.
void followPrices(Desktop &desktop)
{
    QObject::connect(desktop.routes(), &RouteState::formChanged, &desktop, [&desktop] {
        QVariantMap prices;
        const QVariantMap form = desktop.routes()->form();
        for (const QVariant &entry : form.value(QStringLiteral("backends")).toList()) {
            const QVariantMap backend = entry.toMap();
            prices.insert(backend.value(QStringLiteral("name")).toString(),
                          backend.value(QStringLiteral("price")));
        }
        desktop.playground()->setPrices(prices);
    });
}

} // namespace

void wireModels(Desktop &desktop)
{
    followConfiguration(desktop);
    followKeys(desktop);
    followPrices(desktop);
    QObject::connect(desktop.discovery(), &DiscoveryModel::added, desktop.routes(),
                     [routes = desktop.routes()] { routes->refresh(); });
}

} // namespace meridian::ui
