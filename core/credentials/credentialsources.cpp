// SPDX-License-Identifier: MIT
// From configured credentials to a source of them.
#include "core/credentials/credentialsources.h"

#include "core/credentials/googlefile.h"
#include "core/credentials/ocisources.h"
#include "core/credentials/staticsource.h"

namespace meridian::credentials {

namespace {

using model::CredentialKind;

Result<std::unique_ptr<Fetcher>>
fetcherFor(const model::CredentialSettings &settings, const std::string &region, SourceFiles &files)
{
    switch (settings.kind) {
    case CredentialKind::OciSessionToken:
        return ociSessionTokenFetcher(settings, files);
    case CredentialKind::OciInstancePrincipal:
        return ociInstancePrincipalFetcher(settings, region);
    case CredentialKind::OciResourcePrincipal:
        return ociResourcePrincipalFetcher();
    case CredentialKind::ServiceAccount:
    case CredentialKind::AuthorizedUser:
    case CredentialKind::MetadataServer:
    case CredentialKind::WorkloadFederation:
    case CredentialKind::ApplicationDefault:
        return googleFetcher(settings, files);
    case CredentialKind::None:
    case CredentialKind::ApiKey:
    case CredentialKind::OciApiKey:
        break;
    }
    return nullptr;
}

} // namespace

Result<CredentialPlan> planCredential(const model::CredentialSettings &settings,
                                      const std::string &region)
{
    SourceFiles files;
    CredentialPlan plan;
    if (settings.kind == CredentialKind::OciApiKey) {
        auto fixed = ociApiKey(settings, files);
        if (!fixed) {
            return tl::unexpected<Error>(fixed.error());
        }
        plan.fixed = std::move(*fixed);
    }
    auto fetcher = fetcherFor(settings, region, files);
    if (!fetcher) {
        return tl::unexpected<Error>(fetcher.error());
    }
    plan.fetcher = std::move(*fetcher);
    plan.digest = files.digest();
    return plan;
}

Result<std::shared_ptr<provider::CredentialSource>>
makeCredentialSource(const model::CredentialSettings &settings,
                     event::Loop &mainLoop,
                     const std::string &region,
                     RefreshPolicy policy)
{
    auto plan = planCredential(settings, region);
    if (!plan) {
        return tl::unexpected<Error>(plan.error());
    }
    if (plan->fixed) {
        return std::make_shared<StaticSource>(std::move(plan->fixed));
    }
    if (!plan->fetcher) {
        return nullptr;
    }
    auto source = std::make_shared<RefreshingSource>(mainLoop, std::move(plan->fetcher), policy);
    source->start();
    return source;
}

} // namespace meridian::credentials
