plugins { alias(libs.plugins.android.library) }

android {
    namespace = "id.saksi.device"
    compileSdk = 36
    defaultConfig { minSdk = 26 }
}

dependencies {
    api(project(":field"))
    implementation(libs.zxing)
}
