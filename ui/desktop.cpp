// SPDX-License-Identifier: MIT
// What the window is handed: every model, and the few things that concern the program itself.
#include "ui/desktop.h"

#include "ui/modelwiring.h"
#include "ui/poller.h"
#include "ui/savefile.h"

#include <QBuffer>
#include <QClipboard>
#include <QGuiApplication>
#include <QQuickItemGrabResult>

namespace meridian::ui {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr int PictureScale = 2;

} // namespace

Desktop::Desktop(GatewayLink *link, Surroundings surroundings, QObject *parent)
    : QObject(parent)
    , m_status(m_link)
    , m_backends(m_link)
    , m_requests(m_link)
    , m_routes(m_link)
    , m_settings(surroundings.settings)
    , m_keys(surroundings.keychain, surroundings.settings, surroundings.loop)
    , m_playground(m_link, surroundings.loop)
    , m_discovery(m_link)
    , m_gateways(surroundings.keychain, surroundings.settings)
    , m_poller(std::make_unique<Poller>(
          m_link, Poller::Models{m_status, m_backends, m_requests, m_history}))
{
    connect(m_poller.get(), &Poller::ticked, this, &Desktop::nowChanged);
    connect(m_poller.get(), &Poller::polled, this, &Desktop::look);
    connect(&m_status, &StatusModel::changed, this, &Desktop::pausedChanged);
    connect(&m_status, &StatusModel::connectionChanged, this, &Desktop::pausedChanged);
    connect(&m_backends, &BackendsModel::acted, this, &Desktop::onActed);
    connect(&m_requests, &RequestsModel::exportFailed, this, &Desktop::tell);
    wireModels(*this);
    m_link.use(link);
}

Desktop::~Desktop() = default;

bool Desktop::paused() const
{
    return m_status.paused();
}

bool Desktop::canPause() const
{
    return m_link.isLocal();
}

void Desktop::look()
{
    const bool isFirst = m_link.isLocal() && m_link.problem().isEmpty() && m_backends.count() == 0;
    if (isFirst != m_isFirstStart) {
        m_isFirstStart = isFirst;
        Q_EMIT firstStartChanged();
    }
}

void Desktop::tell(const QString &message)
{
    m_lastError = message;
    Q_EMIT lastErrorChanged();
    Q_EMIT toast(message, {}, {});
}

void Desktop::offer(const QString &text, const QString &actionText, const QString &actionId)
{
    Q_EMIT toast(text, actionText, actionId);
}

void Desktop::copy(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

bool Desktop::saveText(const QUrl &file, const QString &text)
{
    const QString problem = saveFile(file, text.toUtf8());
    if (!problem.isEmpty()) {
        tell(problem);
    }
    return problem.isEmpty();
}

void Desktop::savePicture(QQuickItem *item, const QUrl &file)
{
    if (item == nullptr || item->size().isEmpty()) {
        tell(tr("There is nothing to save a picture of."));
        return;
    }
    const auto grab = item->grabToImage((item->size() * PictureScale).toSize());
    if (!grab) {
        tell(tr("The picture could not be drawn: the window is not shown."));
        return;
    }
    connect(grab.get(), &QQuickItemGrabResult::ready, this, [this, grab, file] {
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        const bool isDrawn = grab->image().save(&buffer, "PNG");
        const QString problem =
            isDrawn ? saveFile(file, png) : tr("The picture could not be drawn.");
        if (problem.isEmpty()) {
            Q_EMIT toast(tr("Saved %1").arg(file.toLocalFile()), {}, {});
        } else {
            tell(problem);
        }
        grab->disconnect(this); // it holds itself through this connection
    });
}

void Desktop::quit()
{
    Q_EMIT quitRequested();
}

void Desktop::pause(bool isPaused)
{
    if (canPause()) {
        Q_EMIT pauseRequested(isPaused);
    }
}

void Desktop::onActed(const QString &action,
                      const QString &name,
                      bool succeeded,
                      const QString &message)
{
    m_poller->poll();
    if (!succeeded) {
        tell(message);
    } else if (action == "drain"_L1) {
        Q_EMIT toast(tr("%1 gets no new requests").arg(name), tr("Undo"), u"enable:"_s + name);
    } else if (action == "enable"_L1) {
        Q_EMIT toast(tr("%1 gets requests again").arg(name), tr("Undo"), u"drain:"_s + name);
    } else if (action == "probe"_L1) {
        Q_EMIT toast(tr("%1 is being probed").arg(name), {}, {});
    }
}

void Desktop::act(const QString &id)
{
    const qsizetype colon = id.indexOf(u':');
    const QString action = id.left(colon);
    const QString name = id.mid(colon + 1);
    if (action == "enable"_L1) {
        m_backends.enable(name);
    } else if (action == "drain"_L1) {
        m_backends.drain(name);
    } else if (action == "connect"_L1 && m_gateways.add(QUrl(name).authority(), name, {})) {
        m_gateways.select(m_gateways.count() - 1);
    }
}

} // namespace meridian::ui
