// SPDX-License-Identifier: MIT
// Every worker's request rows with their labels as text: what families of series are made from.
#pragma once

#include "core/observe/providernames.h"
#include "core/observe/workermetrics.h"

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::observe {

using Workers = std::span<const WorkerMetrics *const>;

/// A label value as it will be printed: two names that differ only in invalid bytes are one.
[[nodiscard]] std::string labelText(std::string_view name);

/// Made for one page. Several rows may have the same labels (one per worker at least), so a family
/// adds them up by the labels it has.
class ExchangeRows
{
public:
    /// Families with several histograms per model tell so many models apart, and "other".
    static constexpr std::size_t DetailedModels = 64;

    struct Row
    {
        std::string_view backend;
        std::string_view model; // empty = the request named none
        std::string_view detailedModel;
        std::string_view provider; // "none" when the request reached no backend
        bool hasBackend;
        const RequestCells *cells;
    };

    ExchangeRows(Workers workers, const ProviderNames &providers);
    ExchangeRows(const ExchangeRows &) = delete;
    ExchangeRows &operator=(const ExchangeRows &) = delete;

    [[nodiscard]] const std::vector<Row> &all() const noexcept { return m_rows; }

    [[nodiscard]] Workers workers() const noexcept { return m_workers; }

    [[nodiscard]] const ProviderNames &providers() const noexcept { return m_providers; }

private:
    std::string_view keep(std::string text);

    Workers m_workers;
    const ProviderNames &m_providers;
    std::deque<std::string> m_names; // never moves a string
    std::vector<Row> m_rows;
};

/// What a status is called in a label.
[[nodiscard]] std::string statusLabel(std::uint16_t status);

} // namespace meridian::observe
