// SPDX-License-Identifier: MIT
// The gateway that the window shows now: the models ask it, and never notice which one it is.
#pragma once

#include "ui/gatewaylink.h"

#include <memory>

namespace meridian::ui {

/// Passes everything on to one of several links. Answers that a former link gives late are
/// dropped: replaced() has told everybody to start anew.
class CurrentLink final : public GatewayLink
{
    Q_OBJECT

public:
    using GatewayLink::GatewayLink;

    /// `link` stays the caller's and outlives its use; null: there is none.
    void use(GatewayLink *link);

    [[nodiscard]] GatewayLink *used() const noexcept { return m_link; }

    void call(std::string method, std::string path, std::string body, Done done) override;
    [[nodiscard]] QString address() const override;
    [[nodiscard]] Connection connection() const override;
    [[nodiscard]] QString problem() const override;
    [[nodiscard]] bool isLocal() const override;
    [[nodiscard]] qint64 now() const override;

private:
    QPointer<GatewayLink> m_link;
    QMetaObject::Connection m_following;
    quint64 m_round = 0;
};

} // namespace meridian::ui
